// None of these compiles: each line after a comment has an error that the types find.
import type { components } from './generated/schema.js'

type Schemas = components['schemas']

// @ts-expect-error an http function needs a URL
export const missing: Schemas['FunctionInput'] = { functionId: 'f', type: 'http', provider: {} }
// @ts-expect-error an http function has no ARN
export const other: Schemas['FunctionInput'] = { functionId: 'f', type: 'http', provider: { url: 'http://h/', arn: 'arn:aws:lambda' } }
// @ts-expect-error no function has this type
export const unknown: Schemas['FunctionInput'] = { functionId: 'f', type: 'ftp', provider: {} }
// @ts-expect-error a policy is one of two words
export const policy: Schemas['SubscriptionInput'] = { type: 'async', eventType: 't', functionId: 'f', delivery: { backoffPolicy: 'random' } }
// @ts-expect-error a body may leave out a field, and a patch removes it
export const nothing: Schemas['SubscriptionInput'] = { type: 'async', eventType: 't', functionId: 'f', delivery: null }
export const patch: Schemas['SubscriptionPatch'] = { delivery: null }
