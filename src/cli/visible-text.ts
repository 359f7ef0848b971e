/** Control characters of a text made visible, so that what others wrote cannot drive the terminal. */
export function visible(text: string): string {
  return text.replace(/\p{Cc}/gu, '\u{FFFD}');
}
