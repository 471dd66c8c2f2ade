import { ERROR_STATUS, type ErrorBody } from '../contract/errors.ts';
import { FORM_TYPE, type FormBody, type Operation } from '../contract/operation.ts';
import type { DomainError } from '../core/kernel/errors.ts';
import { newUuid } from '../core/kernel/ids.ts';
import type { Random } from '../core/kernel/random.port.ts';
import { type Result, ok } from '../core/kernel/result.ts';
import type { Admission } from './admission.ts';
import type { Caller } from './call.ts';
import type { Answer, Received } from './http.ts';
import { readBytes } from './read-bytes.ts';
import { mediaTypeOf, readForm } from './read-form.ts';
import { readJson } from './read-json.ts';
import { type ApiRequest, queryOf } from './request.ts';
import { writeForm } from './write-form.ts';

const NO_QUERY = {};

/** What a charset is named for: text is UTF-8 here, whatever a client takes it for by itself. */
const TEXT_TYPES = {
  text: 'text/plain; charset=utf-8',
  exposition: 'text/plain; version=0.0.4; charset=utf-8',
} as const;

/** A request as HTTP brings it, and its one answer. */
export class HttpRequest implements ApiRequest {
  readonly id: string;
  readonly path: Readonly<Record<string, string>>;
  readonly #received: Received;
  readonly #admission: Admission;
  readonly #headers: Record<string, string>;

  /** `path`: the parameters in it, by their names. */
  constructor(
    received: Received,
    path: Readonly<Record<string, string>>,
    { admission, random }: { readonly admission: Admission; readonly random: Random },
  ) {
    this.path = path;
    this.#received = received;
    this.#admission = admission;
    this.id = received.requestId ?? newUuid(random);
    this.#headers = { 'x-request-id': this.id, 'cache-control': 'no-store' };
  }

  get ip(): string {
    return this.#received.ip;
  }

  get query(): ApiRequest['query'] {
    const { query } = this.#received;
    return query === '' ? NO_QUERY : queryOf(new URLSearchParams(query));
  }

  /** Of the page that asks, where it is a page. */
  get origin(): string | undefined {
    return this.header('origin');
  }

  get authorization(): string | undefined {
    return this.header('authorization');
  }

  get idempotencyKey(): string | undefined {
    return this.header('idempotency-key');
  }

  caller(): Promise<Result<Caller, DomainError>> {
    return this.#admission.caller(this);
  }

  stranger(): Result<undefined, DomainError> {
    return this.#admission.stranger(this);
  }

  json(maxBytes?: number): ReturnType<ApiRequest['json']> {
    const { method } = this.#received;
    return method === 'GET' || method === 'HEAD' ? ok(undefined) : readJson(this.#received, maxBytes);
  }

  form(form: FormBody, maxBytes?: number): Promise<Result<unknown, DomainError>> {
    return readForm(this.#received, form, maxBytes);
  }

  async text(): Promise<Result<string, DomainError>> {
    const bytes = await readBytes(this.#received);
    return bytes.ok ? ok(new TextDecoder().decode(bytes.value)) : bytes;
  }

  get contentType(): string {
    return mediaTypeOf(this.header('content-type'));
  }

  header(name: string): string | undefined {
    return this.#received.header(name);
  }

  answerHeader(name: string, value: string): void {
    this.#headers[name] = value;
  }

  /** The answer to a browser that asks whether it may ask. */
  empty(): Answer {
    return { status: 204, headers: this.#headers, body: null };
  }

  async answer(
    value: unknown,
    { status, answers, answersForm }: Pick<Operation, 'status' | 'answers' | 'answersForm'>,
  ): Promise<Answer> {
    if (answers !== undefined) return this.#plainly(String(value), status, answers);
    if (answersForm && this.header('accept')?.includes(FORM_TYPE)) {
      const { type, body } = await writeForm(value);
      return { status, headers: { ...this.#headers, 'content-type': type }, body };
    }
    return this.#json(value, status);
  }

  #plainly(value: string, status: number, answers: NonNullable<Operation['answers']>): Answer {
    const text = typeof answers === 'string';
    const as = text ? { 'content-type': TEXT_TYPES[answers] } : { [answers.header]: value };
    return { status, headers: { ...this.#headers, ...as }, body: text ? value : null };
  }

  refuse({ code, message, field, suggestion }: DomainError): Answer {
    const body: ErrorBody = {
      message,
      code,
      ...(field === undefined ? {} : { field }),
      ...(suggestion === undefined ? {} : { suggestion }),
      request_id: this.id,
    };
    if (code === 'unauthorized') this.answerHeader('www-authenticate', 'Bearer');
    return this.#json(body, ERROR_STATUS[code]);
  }

  #json(value: unknown, status: number): Answer {
    if (value === undefined || status === 204) return { status, headers: this.#headers, body: null };
    this.#headers['content-type'] = 'application/json';
    return { status, headers: this.#headers, body: JSON.stringify(value) };
  }
}
