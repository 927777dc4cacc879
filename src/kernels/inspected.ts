/**
 * The name under which Node's console asks an object how to show it. Not imported from node:util: the published types must
 * not need Node's.
 */
export const inspected: unique symbol = Symbol.for('nodejs.util.inspect.custom')
