/**
 * The password that was just typed, for the minute in which the account is set up: the server asks for it again when keys
 * are uploaded. It is given away once and never stored.
 */
let typed: string | null = null;

export function rememberPassword(password: string): void {
  typed = password;
}

export function takePassword(): string | null {
  const password = typed;
  typed = null;
  return password;
}
