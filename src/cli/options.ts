import { type Command, InvalidArgumentError, Option } from 'commander';
import type { LlmMode } from '../llm/llm-settings.js';
import type { Unmatched } from '../plan/query.js';

/** Flags of every command. */
export interface OutputFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly threads?: number;
}

/** Who asks. */
export interface UserFlags {
  readonly user?: string;
}

/** Flags of the commands that ask the knowledge graph. */
export interface GraphFlags extends UserFlags {
  readonly requireGraph?: boolean;
}

/** Flags of the commands that look at data. */
export interface DataFlags extends OutputFlags, GraphFlags {
  readonly data?: readonly string[];
  readonly glossary?: string;
}

/** Flags that say how a language model is used. */
export interface ModelFlags {
  readonly llm?: LlmMode;
  readonly record?: string;
  readonly replay?: string;
  readonly modelSql?: boolean;
  readonly propose?: boolean;
}

/** Flags of the commands that read a request. */
export interface RequestFlags extends DataFlags, ModelFlags {
  readonly asOf?: string;
  readonly unmatched?: Unmatched;
  readonly strict?: boolean;
  readonly interactive?: boolean;
}

/** Flags of the commands that write or read products. */
export interface ProductFlags {
  readonly out?: string;
  readonly gold?: string;
}

export function withOutputOptions(command: Command): Command {
  return command
    .option('--json', 'print the result as JSON on stdout')
    .option('-q, --quiet', 'say nothing but data and errors')
    .option('-v, --verbose', 'say what is being done; show where errors happened')
    .option('--threads <n>', 'threads for DuckDB', wholeNumber);
}

export function withDataOptions(command: Command): Command {
  return command
    .option(
      '-d, --data <dir...>',
      'folders of bronze data (Parquet, CSV); default: those of dpb.yaml, else those scanned last',
    )
    .option('-g, --glossary <file>', 'glossary.yaml with terms, metrics and rules');
}

export function withUserOptions(command: Command): Command {
  return command.option('--user <name>', 'who asks: what a policy of the glossary denies to this user does not exist');
}

export function withGraphOptions(command: Command): Command {
  return withUserOptions(command).option(
    '--require-graph',
    'fail where the graph server fails, instead of using the embedded snapshot',
  );
}

export function withRequestOptions(command: Command): Command {
  return withGraphOptions(withDataOptions(command))
    .option('--as-of <date>', 'the date that counts as today (YYYY-MM-DD)')
    .addOption(
      new Option(
        '--unmatched <what>',
        'rows whose key finds no partner: keep them under a null member, or drop them',
      ).choices(['keep', 'drop']),
    )
    .option('--strict', 'ask instead of assuming: each assumption ends in exit code 3');
}

export function withModelOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--llm <when>',
        'a language model, where one is configured: never, where it can help, or always or fail',
      ).choices(['off', 'auto', 'require']),
    )
    .option('--record <dir>', "keep the model's answers there")
    .option('--replay <dir>', "take the model's answers from there; asks no server");
}

export function withModelSqlOption(command: Command): Command {
  return command.option(
    '--model-sql',
    'where no plan says the request, take the SQL that a language model writes for it; rows are marked as its own',
  );
}

export function withProposeOption(command: Command): Command {
  return command.option(
    '--propose',
    'let the language model add descriptions and quality rules, marked as its own; rules that do not hold are dropped',
  );
}

export function withInteractiveOption(command: Command): Command {
  return command.option('-i, --interactive', 'where dpb is not sure of a reading, ask which is meant');
}

export function withProductOptions(command: Command): Command {
  return command
    .option('--out <dir>', 'parent folder of product definitions (default: products)')
    .option('--gold <dir>', 'parent folder of built data (default: gold)');
}

/** Parses a flag's value as a whole number from 1; commander turns the error into a usage message. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number from 1.');
  return value;
}
