import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { makeProgram } from '../../src/cli/program.js';

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

function commandsBelow(command: Command): readonly Command[] {
  return command.commands.flatMap((inner) => [inner, ...commandsBelow(inner)]);
}

const commands = commandsBelow(makeProgram(() => undefined)).map(
  (command) =>
    [[command.parent?.parent ? command.parent.name() : '', command.name()].join(' ').trim(), command] as const,
);

describe('help', () => {
  it('is there for the commands of the road', () => {
    expect(commands.map(([name]) => name).sort()).toEqual(
      [
        'ask',
        'build',
        'catalog',
        'catalog search',
        'eval',
        'explain',
        'export',
        'generate',
        'graph',
        'graph export',
        'graph import',
        'graph show',
        'graph sync',
        'lineage',
        'lineage emit',
        'lineage show',
        'llm',
        'llm retry',
        'resume',
        'runs',
        'runs list',
        'runs show',
        'runs stats',
        'scan',
        'trace',
        'verify',
      ].sort(),
    );
  });

  it.each(commands)('of %s has a description, examples and words for each flag', (name, command) => {
    const text = helpOf(command);
    expect(command.description()).not.toBe('');
    expect(text).toMatch(/\nExamples?:\n/);
    expect(text).toContain(`dpb ${name}`);
    for (const option of command.options) expect([option.flags, option.description]).not.toEqual([option.flags, '']);
  });

  it.each(commands.filter(([, command]) => command.commands.length === 0))(
    'of %s has --json, --quiet, --verbose and --threads',
    (_name, command) => {
      expect(command.options.map(({ long }) => long)).toEqual(
        expect.arrayContaining(['--json', '--quiet', '--verbose', '--threads']),
      );
    },
  );
});
