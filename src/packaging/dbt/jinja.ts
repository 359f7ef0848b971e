/**
 * The text as dbt's templates show it unchanged: every brace that could begin a tag and every carriage return, which the
 * template engine would turn into another line end, is said by an expression.
 */
export function jinjaText(text: string): string {
  return text.replace(/[{\r]/g, (character) => (character === '{' ? "{{ '{' }}" : "{{ '\\r' }}"));
}
