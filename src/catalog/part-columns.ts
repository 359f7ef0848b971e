/** A column of a dataset of several files, with the files that do not have it. */
export interface UnitedColumn {
  /** As the first file that has it spells it. */
  readonly name: string;
  readonly missing: readonly string[];
}

/** From this share on of the wider one's columns files are parts of one table whatever their names are. */
const commonShare = 0.75;

/** Words of file names that tell one part from another, besides numbers. */
const partWords =
  /^(.*\d.*|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|january|february|march|april|june|july|august|september|october|november|december|part|new|old|latest)$/;

/**
 * A file that is no part of the same table as the first one, or null: tables that lie in one folder and have a name or an id
 * in common must not become one. Parts are named alike but for numbers and months and share half of the columns of the
 * narrower one, or they share nearly all columns.
 */
export function strangerAmong<Part extends { readonly path: string; readonly columns: readonly string[] }>(
  parts: readonly Part[],
): Part | null {
  const [first, ...others] = parts;
  if (first === undefined) return null;
  const known = new Set(first.columns.map((name) => name.toLowerCase()));
  const stranger = others.find(({ path, columns }) => {
    const common = columns.filter((name) => known.has(name.toLowerCase())).length;
    const isNamedAlike = stemOf(path) === stemOf(first.path);
    if (isNamedAlike) return common * 2 < Math.min(columns.length, known.size);
    return common < commonShare * Math.max(columns.length, known.size);
  });
  return stranger ?? null;
}

/** Why files cannot be one table, with what to do. */
export function strangerText(first: string, stranger: string): string {
  return `${first} and ${stranger} have too few columns in common to be parts of one table: put each table into a folder of its own, or directly into the data folder`;
}

function stemOf(path: string): string {
  const name = (path.split('/').at(-1) ?? path).toLowerCase().replace(/\.[^.]+$/, '');
  return name
    .split(/[^a-z0-9]+/)
    .filter((word) => !partWords.test(word))
    .join(' ');
}

/** How many files a note names. */
const filesToldMax = 3;

/** The columns of all parts by name, in any case, in the order in which they come up. */
export function unitedColumns(
  parts: readonly { readonly path: string; readonly columns: readonly string[] }[],
): readonly UnitedColumn[] {
  const names = new Map<string, string>();
  for (const { columns } of parts)
    for (const name of columns) if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  const own = parts.map(({ path, columns }) => ({ path, names: new Set(columns.map((name) => name.toLowerCase())) }));
  return [...names].map(([key, name]) => ({
    name,
    missing: own.flatMap((part) => (part.names.has(key) ? [] : [part.path])),
  }));
}

/** What a person should know of columns that some of the files do not have. */
export function missingColumnNotes(columns: readonly UnitedColumn[], files: number): readonly string[] {
  return columns.flatMap(({ name, missing }) =>
    missing.length === 0
      ? []
      : [
          `"${name}" is null in the rows of ${missing.length} of ${files} files, which have no such column: ${listed(missing)}`,
        ],
  );
}

/** The first few of the names, and how many more there are. */
export function listed(names: readonly string[]): string {
  const more = names.length - filesToldMax;
  return `${names.slice(0, filesToldMax).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
