/** npm as a program of its own, although setup itself may run under npm. */

/** What an npm above passes on of its own call, and would mean something else to ours. */
const foreign = /^npm_config_(workspaces?|include_workspace_root|global|location|dry_run|package_lock_only)$/

export const environmentForNpm = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !foreign.test(name.toLowerCase())))
