/** Something about the surroundings stops the program from starting; the message is one sentence for an operator. */
export class StartupError extends Error {
  override readonly name = 'StartupError'
}
