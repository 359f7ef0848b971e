import { fileURLToPath } from 'node:url';
import { readText } from '../support/atomic-files.js';
import { bug } from '../support/errors.js';

/** The version of each prompt in use. A model is measured with one of them; its answers are never those of another. */
export const promptVersions = { intent: 1, logic: 1, describe: 1, judge: 1 } as const;

/** What a model is asked for. */
export type PromptPurpose = keyof typeof promptVersions;

/** The folder of templates: beside `dist/` in the package, as beside `src/` in the repository. */
const folder = new URL('../../prompts/', import.meta.url);

const placeholder = /\{\{([a-z_]+)\}\}/gu;

/** The text of a template, `prompts/<purpose>/<version>/<part>.md`, in the version in use. */
export function promptTemplate(purpose: PromptPurpose, part: string): string {
  return readText(fileURLToPath(new URL(`${purpose}/${promptVersions[purpose]}/${part}.md`, folder))).trimEnd();
}

/** The template with each `{{name}}` replaced by its value. What is put in is not looked through for further ones. */
export function filledTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(placeholder, (_whole, name: string) => {
    const value = values[name];
    if (value === undefined) throw bug(`a prompt needs "${name}", which it is not given`);
    return value;
  });
}
