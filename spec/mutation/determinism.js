/** Every run tries the same cases, and a failure is enough: it need not shrink. */
require('fast-check').configureGlobal({ seed: 20260101, endOnFailure: true })
