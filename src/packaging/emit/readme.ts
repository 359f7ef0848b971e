import { typeText } from '../../plan/data-type.js';
import type { GoldColumn, Product, ProductFile, ServiceLevel } from '../../plan/product.js';
import type { Emitter } from '../emitter.js';
import { markdownText } from '../escape.js';
import { lineageGraph } from '../lineage-graph.js';
import { joinWords, madeTableWords } from '../plan-words.js';
import { sparkJobOf } from './spark-job.js';

/** The page of the product for people. All free text in it is escaped; it holds no clock, path or machine. */
export const emitReadme: Emitter = (product) => {
  const { file } = product;
  const sections = [
    `# ${markdownText(file.title)}`,
    ...(file.model.description === '' ? [] : [markdownText(file.model.description)]),
    `> ${markdownText(file.request)}`,
    `**Read as:** ${markdownText(file.reading)}`,
    facts(file),
    section(
      'Assumptions',
      bullets(
        file.assumptions.map(({ text }) => markdownText(text)),
        'None: the request said it all.',
      ),
    ),
    section('Data dictionary', dictionary(product)),
    section('Quality rules', rules(file)),
    section('Service level', serviceLevel(file.sla)),
    section('Sources', sources(file)),
    ...howTablesMeet(file),
    section(
      'Lineage',
      `\`\`\`mermaid\n${lineageGraph(product)}\n\`\`\`\n\nColumn by column, with filters and joins: [lineage/lineage.json](lineage/lineage.json).`,
    ),
    section('Build and verify', howTo(product)),
    `Made by dpb from [${file.name}.dpb.yaml](${file.name}.dpb.yaml): change that file, not this one.`,
  ];
  return [{ path: 'README.md', text: `${sections.join('\n\n')}\n`, executable: false }];
};

function section(title: string, body: string): string {
  return `## ${title}\n\n${body}`;
}

function bullets(items: readonly string[], none: string): string {
  return items.length === 0 ? none : items.map((item) => `- ${item}`).join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function facts({ model, version, owner, useCaseId }: ProductFile): string {
  const contact = owner.contact === null ? '' : ` (${markdownText(owner.contact)})`;
  return bullets(
    [
      `**Table:** gold.${markdownText(model.name)}, version ${markdownText(version)}`,
      `**Grain:** ${markdownText(model.grainText)}`,
      `**Owner:** ${markdownText(owner.name)}${contact}`,
      ...(useCaseId === null ? [] : [`**Use case:** ${markdownText(useCaseId)}`]),
      ...(model.partitionBy === null
        ? []
        : [
            `**To partition by, where a job is asked to:** ${model.partitionBy.unit} of ${markdownText(model.partitionBy.column)}`,
          ]),
    ],
    '',
  );
}

function dictionary({ file, lineage }: Product): string {
  const rows = file.model.columns.map((column) => {
    const from = lineage.find((entry) => entry.column === column.name)?.from ?? [];
    const direct = from.filter(({ kind }) => kind === 'direct').map((edge) => `${edge.dataset}.${edge.column}`);
    return [
      markdownText(column.name),
      markdownText(typeText(column.type)),
      column.nullable ? 'yes' : 'no',
      roleOf(column, file.model.grain),
      meaningOf(column),
      [...new Set(direct)].map(markdownText).join('<br>'),
    ];
  });
  return table(['column', 'type', 'nullable', 'role', 'meaning', 'from'], rows);
}

function roleOf(column: GoldColumn, grain: readonly string[]): string {
  const role = grain.includes(column.name) ? 'key' : column.role;
  return column.additivity === null ? role : `${role}, ${column.additivity.replaceAll('_', '-')}`;
}

function meaningOf({ label, description, unit, pii }: GoldColumn): string {
  const notes = [...(unit === null ? [] : [`unit: ${unit}`]), ...(pii === null ? [] : [`personal data: ${pii}`])];
  const words = description === '' ? label : description;
  return markdownText(notes.length === 0 ? words : `${words} (${notes.join('; ')})`);
}

function rules({ rules: all }: ProductFile): string {
  if (all.length === 0) return 'None.';
  const rows = all.map((rule) => [
    markdownText(rule.id),
    rule.target.kind === 'gold' ? 'gold' : markdownText(rule.target.dataset),
    rule.severity,
    markdownText(rule.description),
    rule.origin,
  ]);
  return `A failed \`error\` blocks publication; a failed \`warning\` is reported.\n\n${table(['rule', 'on', 'severity', 'what must hold', 'asked by'], rows)}`;
}

function serviceLevel({ freshness, latency, completeness, accuracy }: ServiceLevel): string {
  const items = [
    ...(freshness === null ? [] : [`freshness: the newest source row is at most ${markdownText(freshness)} old`]),
    ...(latency === null ? [] : [`latency: at most ${markdownText(latency)} from new data to a new build`]),
    ...(completeness === null ? [] : [`completeness: at least ${completeness} of the required values are present`]),
    ...(accuracy === null ? [] : [`accuracy: at least ${accuracy} of the rows pass all rules`]),
  ];
  return bullets(items, 'None was asked for.');
}

function sources({ sources: all }: ProductFile): string {
  const rows = all.map((source) => [
    markdownText(source.dataset),
    markdownText(source.description),
    source.format.kind,
    String(source.files.length),
    source.owner === null ? '' : markdownText(source.owner),
    source.freshness === null ? '' : markdownText(source.freshness),
  ]);
  return table(['dataset', 'description', 'format', 'files', 'owner', 'refreshed'], rows);
}

/** How the rows of several tables come together, and what is made of them on the way; nothing where one table is all. */
function howTablesMeet({ plan }: ProductFile): readonly string[] {
  const made = madeTableWords(plan).map(({ name, text }) => `**${markdownText(name)}:** ${markdownText(text)}`);
  const joins = joinWords(plan).map((text) => markdownText(text));
  return [...listed('Tables made on the way', made), ...listed('How tables meet', joins)];
}

/** A section that lists `lines`; nothing where there are none. */
function listed(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [section(title, bullets(lines, ''))];
}

function howTo(product: Product): string {
  const { name, model } = product.file;
  const job = sparkJobOf(product);
  const place = `The newest build is \`gold/${name}/current/${model.name}.parquet\`, its proof \`evidence.json\` beside it: \`current\` is a link to the folder of that build and is replaced at once. (A Windows that permits no links has a text file with the name of the folder there.)`;
  const lines = [
    `dpb build ${name}     # a new build from ${name}.dpb.yaml; the words are not read again`,
    `dpb verify ${name}    # proves the current build again from the sources`,
    `python etl/${name}.py --data data/bronze --output published    # without dpb: Python and the duckdb package alone`,
    ...(job.kind === 'said'
      ? [`spark-submit spark/${name}.py --data s3a://lake/bronze --output s3a://lake/gold    # on a cluster`]
      : []),
  ];
  const refusal = job.kind === 'refused' ? `\n\nThere is no Spark job. ${markdownText(job.reason)}.` : '';
  return `${place}\n\n\`\`\`sh\n${lines.join('\n')}\n\`\`\`${refusal}`;
}
