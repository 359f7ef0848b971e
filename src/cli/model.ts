import { ulid } from 'ulid';
import { type Model, type ModelNote, type ModelWorld, openModel } from '../pipeline/model.js';
import type { Settings } from '../pipeline/settings.js';
import { bug } from '../support/errors.js';
import { telemetry } from './telemetry.js';
import type { Terminal } from './terminal.js';
import { visible } from './visible-text.js';

/** Opens the model that the settings name for what `scope` names: the one place that gives it clock, chance and environment. */
export function modelOf(settings: Settings, scope: string, onNote: (note: ModelNote) => void): Model | null {
  const { workspace, llm } = settings;
  return openModel(workspace, llm, { scope, environment: process.env, now: Date.now, random: Math.random, onNote });
}

/** The model that must be there to be measured. Raises `llm.not_configured`. */
export function requiredModel(settings: Settings, scope: string, onNote: (note: ModelNote) => void): Model {
  const model = modelOf(settings, scope, onNote);
  if (model === null) throw bug('a model that is required was not opened');
  return model;
}

/** The world of a command that is no run: all that it asks counts against the cap of one request. */
export function commandWorld(terminal: Terminal): ModelWorld {
  const scope = `command-${ulid().toLowerCase()}`;
  const onNote = (note: ModelNote): void => sayModel(terminal, note);
  return { scope, environment: process.env, now: Date.now, random: Math.random, onNote };
}

/** The model of a command that is no run: all that it asks counts against the cap of one request. */
export function commandModel(terminal: Terminal, settings: Settings): Model | null {
  return modelOf(settings, `command-${ulid().toLowerCase()}`, (note) => sayModel(terminal, note));
}

/** Tells a person what became of asking a model where they should know. */
export function sayModel(terminal: Terminal, note: ModelNote): void {
  telemetry()?.note(note);
  if (note.kind === 'call') {
    const { outcome, attempts, dollars, milliseconds } = note.call;
    terminal.progress(`model: ${outcome}, ${attempts} calls, $${dollars.toFixed(4)}, ${milliseconds} ms`);
  } else if (note.outcome === 'suspicious text') {
    terminal.say(
      `What a model is shown has texts that speak to it (they have no effect): ${visible(note.reason ?? '')}`,
    );
  } else if (note.outcome === 'no reading') {
    terminal.say(`The model's reading is left out: ${visible(note.reason ?? 'it gave none')}`);
  } else if (note.outcome === 'words alone') {
    terminal.say(`The model is shown what the words name, not what is near in meaning: ${visible(note.reason ?? '')}`);
  }
}
