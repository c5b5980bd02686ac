export interface HttpRequest {
  method: string;
  url: string;
  /** `name: value`, as given. */
  headers: string[];
  body: string | undefined;
}

/** Reads the first `curl` command of a block of a shell, as the pages have it: `-s -X -H -d`, a body in quotes or after `<<'END'`. */
export function parseCurl(text: string): HttpRequest {
  const [command = '', document] = text.split(" <<'END'\n");
  const words = wordsOf(command);
  const request: HttpRequest = { method: 'GET', url: '', headers: [], body: undefined };
  if (words.shift() !== 'curl') throw new Error(`not a curl command: ${text}`);
  for (let word = words.shift(); word !== undefined && word !== '|'; word = words.shift()) {
    if (word === '-s') continue;
    if (word === '-X') request.method = words.shift() ?? '';
    else if (word === '-H') request.headers.push(words.shift() ?? '');
    else if (word === '-d') {
      const data = words.shift();
      request.body = data === '@-' ? document?.replace(/\nEND[\s\S]*$/, '') : data;
      if (request.method === 'GET') request.method = 'POST';
    } else if (word.startsWith('-')) throw new Error(`the pages do not use ${word}`);
    else request.url = word;
  }
  return request;
}

/** The words of a command: quotes are taken off, a `\` at the end of a line goes on with the next. */
function wordsOf(command: string): string[] {
  const words = command.replaceAll('\\\n', ' ').matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"]+)+/g);
  return [...words].map(([word]) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}
