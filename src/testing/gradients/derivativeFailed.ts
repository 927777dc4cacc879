/** Recording a derivative failed: it is wrong, whatever its numbers would be. */
export class DerivativeFailed extends Error {}
