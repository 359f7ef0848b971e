/** What a scan is told. */
export interface ScanOptions {
  /** Absolute data folders. */
  readonly roots: readonly string[];
  readonly glossaryPath: string | null;
  /** The absolute `.dpb` folder. */
  readonly stateDirectory: string;
  readonly threads: number;
  /** Measures everything anew. */
  readonly full: boolean;
  /** Folds the journal of use into the catalog also where no file changed: what `dpb scan` does, and no run. */
  readonly foldUsage: boolean;
  readonly onProgress: (message: string) => void;
}

/** The snapshot that a scan made, or found unchanged. */
export interface ScanResult {
  readonly catalogPath: string;
  readonly catalogId: string;
  readonly changed: boolean;
}
