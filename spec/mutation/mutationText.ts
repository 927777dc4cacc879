/** The part of docs/mutation.md that `npm run mutation` writes. */
import { reasonOf } from './equivalents'
import { type Report, type Score, scores, type Survivor, survivors } from './survivors'

export const begin = '<!-- From here to the end: `npm run mutation` writes. -->'

const percent = (part: number, whole: number): string => (whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`)

const row = (folder: string, { mutants, killed, timedOut, survived }: Score): string =>
  `| ${folder} | ${mutants} | ${killed} | ${timedOut} | ${survived} | ${percent(killed + timedOut, mutants)} |`

const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``

const item = (survivor: Survivor): string =>
  `- ${code(survivor.line)}\n  ${code(survivor.from)} becomes ${survivor.to === '' ? 'nothing' : code(survivor.to)}: ` +
  (reasonOf(survivor) ?? 'no reason given yet.')

/** Tables and lists of one run over everything. */
export const mutationText = (report: Report, machine: string): string => {
  const left = survivors(report)
  const files = [...new Set(left.map(({ file }) => file))]
  const open = left.filter((survivor) => reasonOf(survivor) === undefined).length
  return [
    begin,
    '## Figures',
    machine,
    '| | mutants | killed | timed out | survived | score |\n| --- | --: | --: | --: | --: | --: |\n' +
      [...scores(report)].map(([folder, score]) => row(folder, score)).join('\n'),
    `Of the ${left.length} that survived, ${left.length - open} are equivalent for the reasons below, ${open} are not explained.`,
    '## Survivors',
    ...files.map(
      (file) =>
        `### ${file}\n\n${left
          .filter((survivor) => survivor.file === file)
          .map(item)
          .join('\n')}`
    )
  ].join('\n\n')
}

/** The document with this part in place of the one that it had; undefined if it has no place for it. */
export const withText = (document: string, text: string): string | undefined => {
  const at = document.indexOf(begin)
  return at < 0 ? undefined : `${document.slice(0, at)}${text}\n`
}
