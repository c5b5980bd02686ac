import { Transform } from 'node:stream';

/**
 * What tap prints, in short: a line for each file, then everything that failed with its file, test, message, diff and
 * place, what was skipped, and tap's own summary. tap asks for a class and a default export.
 */
export default class Reporter extends Transform {
  readonly #report = startReport((line) => this.push(`${line}\n`));
  #rest = '';

  override _transform(chunk: unknown, _: BufferEncoding, done: () => void): void {
    const lines = `${this.#rest}${chunk}`.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#report.read(line);
    done();
  }

  override _flush(done: () => void): void {
    this.#report.read(this.#rest);
    this.#report.end();
    done();
  }
}

/** Spaces for each level of tests. */
const indent = 4;

/** Reads TAP 14 line by line, in which what belongs to a test stands before the test's own line, deeper by an indent. */
function startReport(print: (line: string) => void) {
  const failures: string[] = [];
  const skipped: string[] = [];
  const summary: string[] = [];
  /** The tests around the line that is read: the file, then its tests from the outside in. */
  let names: string[] = [];
  /** Comments and other output of the file that is read. */
  let remarks: string[] = [];
  /** How deep the last failure was: the failure of a test around it says nothing new. */
  let failedDepth = 0;
  let diagnostics: { end: string; isKept: boolean } | undefined;
  let isNew = false;

  return { read, end };

  function read(line: string): void {
    if (diagnostics !== undefined) {
      readDiagnostics(line, diagnostics);
      return;
    }
    const text = line.trimStart();
    const depth = Math.floor((line.length - text.length) / indent);
    const [, name] = /^# Subtest: (.*)/.exec(text) ?? [];
    const [, not, described] = /^(not )?ok \d+(?: - (.*))?$/.exec(text) ?? [];
    if (text === '---') diagnostics = { end: line.replace('---', '...'), isKept: isNew };
    else if (text.startsWith('Bail out!'))
      failures.push('', `not ok: ${names.slice(0, depth + 1).join(' > ')}: ${text}`);
    else if (name !== undefined) names = [...names.slice(0, depth), name];
    else if (/^(not )?ok \d/.test(text)) readPoint(depth, not === undefined, described ?? '');
    else if (depth === 0 && text.startsWith('# ')) summary.push(line);
    else if (text !== '' && !/^(1\.\.\d|TAP version|# time=)/.test(text)) remarks.push(line);
  }

  function readPoint(depth: number, isOk: boolean, described: string): void {
    const tests = [...names.slice(0, depth), described.replace(/ # time=.*/, '')].join(' > ');
    if (described.includes(' # SKIP')) skipped.push(tests);
    isNew = !isOk && !described.includes(' # TODO') && failedDepth <= depth;
    if (isNew) failures.push('', `not ok: ${tests}`);
    if (!isOk) failedDepth = depth;
    if (depth > 0) return;
    print(`${isOk ? 'ok' : 'not ok'} ${described}`);
    if (!isOk) failures.push(...remarks);
    remarks = [];
  }

  function readDiagnostics(line: string, { end, isKept }: NonNullable<typeof diagnostics>): void {
    if (line === end) diagnostics = undefined;
    else if (isKept) failures.push(line.slice(end.length - '  ...'.length));
  }

  function end(): void {
    // Of a file whose own line never came.
    for (const line of [...failures, ...remarks, ...skipped, '', ...summary]) print(line);
  }
}
