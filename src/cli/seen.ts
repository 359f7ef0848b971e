import type { Settings } from '../pipeline/settings.js';
import type { WhatUserSees } from '../pipeline/what-user-sees.js';

/** What of products and runs the user of the settings sees; loaded when it is asked, for the start of a command. Raises as `whatUserSees`. */
export async function seen(settings: Settings): Promise<WhatUserSees> {
  const { whatUserSees } = await import('../pipeline/what-user-sees.js');
  return whatUserSees(settings);
}
