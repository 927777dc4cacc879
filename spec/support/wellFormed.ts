/** Whether a text is well-formed XML, as far as drawings go: without a document type. */

const name = '[A-Za-z_:][\\w:.-]*'
const text = '(?:[^<&]|&(?:amp|lt|gt|quot|apos|#\\d+|#x[0-9A-Fa-f]+);)*'
const attribute = `\\s+${name}\\s*=\\s*(?:"(?:${text.replaceAll('<&', '<&"')})"|'(?:${text.replaceAll('<&', "<&'")})')`
const tag = new RegExp(`^<(/?)(${name})((?:${attribute})*)\\s*(/?)>`)
const between = new RegExp(`^${text}`)
const skipped = /^(?:<\?.*?\?>|<!--(?:(?!--).)*-->)/s
const verbatim = /^<!\[CDATA\[.*?\]\]>/s

/** The first thing that is wrong, or undefined. */
export const xmlFault = (xml: string): string | undefined => {
  const open: string[] = []
  let roots = 0
  let rest = xml.trim()
  while (rest !== '') {
    const written = verbatim.exec(rest)?.[0] ?? between.exec(rest)?.[0] ?? ''
    if (written.trim() !== '' && open.length === 0) return `text outside: ${written}`
    const passed = written === '' ? (skipped.exec(rest)?.[0] ?? '') : written
    rest = rest.slice(passed.length)
    if (passed !== '' || rest === '') continue
    const found = tag.exec(rest)
    if (found === null) return `no tag: ${rest.slice(0, 80)}`
    const [all, closing, element, attributes, empty] = found
    if (closing === '/') {
      if (attributes !== '' || empty === '/' || open.pop() !== element) return `closes nothing: ${all}`
    } else {
      if (open.length === 0) roots++
      if (empty !== '/') open.push(element!)
    }
    rest = rest.slice(all.length)
  }
  if (open.length > 0) return `never closed: ${open.join(', ')}`
  return roots === 1 ? undefined : `${roots} roots`
}
