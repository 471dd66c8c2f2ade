import type { Context } from 'hono';
import { ERROR_STATUS, type ErrorBody } from '../contract/errors.ts';
import { FORM_TYPE, type FormBody, type Operation } from '../contract/operation.ts';
import type { DomainError } from '../core/kernel/errors.ts';
import { newUuid } from '../core/kernel/ids.ts';
import type { Random } from '../core/kernel/random.port.ts';
import { type Result, ok } from '../core/kernel/result.ts';
import type { Admission } from './admission.ts';
import type { Connection } from './serve-routes.ts';
import type { Caller } from './call.ts';
import { readBytes } from './read-bytes.ts';
import { mediaTypeOf, readForm } from './read-form.ts';
import { readJson } from './read-json.ts';
import { type ApiRequest, queryOf } from './request.ts';
import { writeForm } from './write-form.ts';

/** What the server that took the connection knows, and only it. */
export type HttpContext = Context<{ Bindings: Connection }>;

const NO_QUERY = {};

/** What a charset is named for: text is UTF-8 here, whatever a client takes it for by itself. */
const TEXT_TYPES = {
  text: 'text/plain; charset=utf-8',
  exposition: 'text/plain; version=0.0.4; charset=utf-8',
} as const;

/** A request as HTTP brings it, and its one answer. */
export class HttpRequest implements ApiRequest {
  readonly id: string;
  readonly #context: HttpContext;
  readonly #admission: Admission;
  readonly #headers: Record<string, string>;

  constructor(context: HttpContext, admission: Admission, random: Random) {
    this.#context = context;
    this.#admission = admission;
    this.id = context.env.requestId ?? newUuid(random);
    this.#headers = { 'x-request-id': this.id, 'cache-control': 'no-store' };
  }

  get ip(): string {
    return this.#context.env.ip;
  }

  get path(): Readonly<Record<string, string>> {
    return this.#context.req.param();
  }

  get query(): ApiRequest['query'] {
    const { url } = this.#context.req;
    const at = url.indexOf('?');
    return at < 0 ? NO_QUERY : queryOf(new URLSearchParams(url.slice(at)));
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

  async json(maxBytes?: number): Promise<Result<unknown, DomainError>> {
    const { method, raw } = this.#context.req;
    return method === 'GET' || method === 'HEAD' ? ok(undefined) : readJson(raw, maxBytes);
  }

  form(form: FormBody, maxBytes?: number): Promise<Result<unknown, DomainError>> {
    return readForm(this.#context.req.raw, form, maxBytes);
  }

  async text(): Promise<Result<string, DomainError>> {
    const bytes = await readBytes(this.#context.req.raw);
    return bytes.ok ? ok(new TextDecoder().decode(bytes.value)) : bytes;
  }

  get contentType(): string {
    return mediaTypeOf(this.header('content-type'));
  }

  /** The answer to a browser that asks whether it may ask. */
  empty(): Response {
    return new Response(null, { status: 204, headers: this.#headers });
  }

  answerHeader(name: string, value: string): void {
    this.#headers[name] = value;
  }

  answer(
    value: unknown,
    { status, answers, answersForm }: Pick<Operation, 'status' | 'answers' | 'answersForm'>,
  ): Response {
    if (answers !== undefined) return this.#plainly(String(value), status, answers);
    if (answersForm && this.header('accept')?.includes(FORM_TYPE)) {
      const { headers, body } = writeForm(value);
      return new Response(body, { status, headers: { ...this.#headers, ...headers } });
    }
    return this.#send(value, status);
  }

  #plainly(value: string, status: number, answers: NonNullable<Operation['answers']>): Response {
    const text = typeof answers === 'string';
    const as = text ? { 'content-type': TEXT_TYPES[answers] } : { [answers.header]: value };
    const headers = { ...this.#headers, ...as };
    return new Response(text ? value : null, { status, headers });
  }

  refuse({ code, message, field, suggestion }: DomainError): Response {
    const body: ErrorBody = {
      message,
      code,
      ...(field === undefined ? {} : { field }),
      ...(suggestion === undefined ? {} : { suggestion }),
      request_id: this.id,
    };
    if (code === 'unauthorized') this.answerHeader('www-authenticate', 'Bearer');
    return this.#send(body, ERROR_STATUS[code]);
  }

  #send(value: unknown, status: number): Response {
    if (value === undefined || status === 204) return new Response(null, { status, headers: this.#headers });
    this.#headers['content-type'] = 'application/json';
    return new Response(JSON.stringify(value), { status, headers: this.#headers });
  }

  /** A server that has read the headers need not have them copied. */
  header(name: string): string | undefined {
    const { env, req } = this.#context;
    return env.header === undefined ? req.header(name) : env.header(name);
  }
}
