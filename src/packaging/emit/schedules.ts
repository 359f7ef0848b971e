import type { ProductFile } from '../../plan/product.js';
import type { Emitter } from '../emitter.js';
import { commentLines } from '../escape.js';
import { type Schedule, scheduleOf } from '../schedule.js';

/** A Makefile and a line for crontab, for who has no scheduler beside. The product's name is all that they hold of it. */
export const emitSchedules: Emitter = ({ file }) => [
  { path: 'Makefile', text: makefileOf(file), executable: false },
  { path: 'crontab', text: crontabOf(file, scheduleOf(file)), executable: false },
];

function makefileOf({ name }: ProductFile): string {
  return `# The data product ${name}. Made by dpb: change ${name}.dpb.yaml, not this file.
#   make -C products/${name}                          a new build, and the current one proved again
#   make -C products/${name} build AS_OF=2026-06-30   the build of that day
DPB ?= dpb
WORKSPACE ?= ../..
AS_OF ?=
dpb = cd '$(WORKSPACE)' && $(DPB)

.PHONY: all build verify lineage
.NOTPARALLEL:
all: build verify

build:
	$(dpb) build ${name} $(if $(AS_OF),--as-of $(AS_OF)) --quiet

# The current build, whatever day it is of.
verify:
	$(dpb) verify ${name} --quiet

# OPENLINEAGE_URL names the server.
lineage:
	$(dpb) lineage emit ${name} --quiet
`;
}

/** Names of zones that a crontab can hold without quotes; others are left to the machine's own. */
const plainZone = /^[A-Za-z0-9_+/-]+$/;

function crontabOf({ name }: ProductFile, { cron, words, zone }: Schedule): string {
  const head = `The data product ${name}, ${words}. Made by dpb: change ${name}.dpb.yaml, not this file.
Set the workspace and who is mailed, put the lines into \`crontab -e\`. Nothing is printed, and so nothing mailed, when all is well.`;
  return `${commentLines(head, '#')}
# MAILTO=team@example.org
${plainZone.test(zone) ? `CRON_TZ=${zone}\n` : ''}DPB_WORKSPACE=/srv/warehouse
${cron}  cd "$DPB_WORKSPACE" && dpb build ${name} --quiet && dpb verify ${name} --quiet >/dev/null
`;
}
