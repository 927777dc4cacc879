import { neededBytes } from '../../../src/command/setup/stages'
import { isBetween } from '../../../src/command/setup/nvidia'
import { nvidiaWheels } from '../../../src/command/setup/nvidiaWheels'
import { cpuWheel, cudaWheel } from '../../../src/command/setup/wheels'

const all = [cpuWheel, cudaWheel, ...nvidiaWheels]

describe('the pinned wheels', () => {
  it('have a hash each, and a file name that says the same as the rest', () => {
    for (const { name, version, file, sha256, platform, takes, products } of all) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/)
      expect(file.startsWith(`${name.replaceAll('-', '_')}-${version}-`)).toBe(true)
      expect(file).toContain(platform)
      const targets = Object.values(takes)
      for (const product of products) expect(targets.some((target) => target.startsWith(product))).toBe(true)
      for (const target of targets) expect(products.some((product) => target.startsWith(product))).toBe(true)
    }
    expect(new Set(all.map(({ sha256 }) => sha256)).size).toBe(all.length)
    expect(nvidiaWheels.every(({ version, least }) => isBetween(version, least, version))).toBe(true)
  })

  it('need as much space as was measured', () => {
    // The wheel and what is taken out of it; for CUDA all that stays, and the last wheels.
    expect(neededBytes('/nowhere', [cpuWheel])).toBe(cpuWheel.bytes + cpuWheel.unpacked + 50e6)
    const staying = [cudaWheel, ...nvidiaWheels].reduce((sum, { unpacked }) => sum + unpacked, 0)
    expect(neededBytes('/nowhere', [cudaWheel, ...nvidiaWheels])).toBeGreaterThan(staying)
    expect(neededBytes('/nowhere', [cudaWheel, ...nvidiaWheels])).toBeLessThan(staying + 500e6)
  })
})

describe('isBetween', () => {
  it.each([
    ['12.5.3.2', true],
    ['12.5.3.10', true],
    ['12.6', true],
    ['12.5.3', false],
    ['12.4.9.9', false],
    ['13.0.0.0', false],
    ['', false]
  ])('takes %s: %s', (version, taken) => expect(isBetween(version, '12.5.3.2', '12.9.3.13')).toBe(taken))
})
