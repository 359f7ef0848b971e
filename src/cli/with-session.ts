import type { Session } from '../pipeline/session.js';
import type { Settings } from '../pipeline/settings.js';
import type { Terminal } from './terminal.js';

/** How a command opens the catalog where that differs from what most do. */
interface Opening {
  /** Read everything again, also what has not changed. */
  readonly full?: boolean;
  /** Count the journal also where nothing changed. */
  readonly foldUsage?: boolean;
  /** What cannot be read is told elsewhere. */
  readonly silent?: boolean;
}

/** Opens the catalog of `settings`, tells progress and unreadable files, lets `act` work with it, and closes it. */
export async function withSession<Result>(
  terminal: Terminal,
  settings: Settings,
  act: (session: Session) => Promise<Result>,
  { full = false, foldUsage = false, silent = false }: Opening = {},
): Promise<Result> {
  const { openSession } = await import('../pipeline/session.js');
  const session = await openSession(settings, {
    full,
    foldUsage,
    onProgress: terminal.progress,
    onUnreadable: silent ? () => undefined : terminal.warn,
    onGraphNotice: silent ? () => undefined : terminal.warn,
  });
  try {
    return await act(session);
  } finally {
    terminal.endProgress();
    await session.close();
  }
}
