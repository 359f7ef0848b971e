import type { OnEvent } from '../pipeline/steps.js';
import { sayModel } from './model.js';
import { telemetry } from './telemetry.js';
import type { Terminal } from './terminal.js';

/** Shows the events of a run as its progress line. */
export function followRun(terminal: Terminal): OnEvent {
  return (event) => {
    telemetry()?.event(event);
    switch (event.kind) {
      case 'run_started':
        terminal.progress(`run ${event.runId}`);
        break;
      case 'step_started':
        terminal.progress(event.step);
        break;
      case 'step_finished':
        terminal.progress(`${event.step}: ${event.summary}`);
        break;
      case 'step_skipped':
        terminal.progress(`${event.step}: done before`);
        break;
      case 'progress':
        terminal.progress(`${event.step}: ${event.message}`);
        break;
      case 'warning':
        terminal.warn(event.message);
        break;
      case 'model':
        sayModel(terminal, event.note);
        break;
      case 'graph_asked':
        terminal.progress(`graph: ${event.question}, ${event.milliseconds} ms`);
        break;
      case 'run_finished':
        terminal.endProgress();
        break;
    }
  };
}
