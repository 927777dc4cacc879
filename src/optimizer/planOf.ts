/** Every optimiser, and what `update` does by it. */
import { adagradPlan } from './adagrad'
import { adamPlan } from './adam'
import { adamwPlan } from './adamw'
import type { SingleOptimizer } from './optimizer'
import { rmspropPlan } from './rmsprop'
import type { Plan } from './rule'
import { sgdPlan } from './sgd'

export const planOf = (optimizer: SingleOptimizer): Plan => {
  switch (optimizer._tag) {
    case 'Sgd':
      return sgdPlan(optimizer)
    case 'Adagrad':
      return adagradPlan(optimizer)
    case 'Rmsprop':
      return rmspropPlan(optimizer)
    case 'Adam':
      return adamPlan(optimizer)
    case 'AdamW':
      return adamwPlan(optimizer)
  }
}
