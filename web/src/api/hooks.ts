import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useApp } from '../app.ts';
import type { AnswerOf, OperationId, RequestOf } from './types.ts';

interface ReadOptions<Answer> {
  readonly enabled?: boolean;
  /** Milliseconds until it is asked again; false: not at all. */
  readonly every?: number | ((answer: Answer | undefined) => number | false);
  /** The last answer stays while that for another request is on its way. */
  readonly keep?: boolean;
}

/** The key of an answer is what was asked, so that one question has one answer on all pages. */
export const keyOf = <Id extends OperationId>(id: Id, request: RequestOf<Id>) => [id, request];

export function useAnswer<Id extends OperationId>(
  id: Id,
  request: RequestOf<Id>,
  { enabled = true, every, keep = false }: ReadOptions<AnswerOf<Id>> = {},
): UseQueryResult<AnswerOf<Id>> {
  const { api } = useApp();
  return useQuery<AnswerOf<Id>>({
    queryKey: keyOf(id, request),
    queryFn: async ({ signal }) => (await api.call(id, request, signal)) ?? null,
    enabled,
    ...(every === undefined
      ? {}
      : { refetchInterval: typeof every === 'number' ? every : ({ state }) => every(state.data) }),
    ...(keep ? { placeholderData: (last) => last } : {}),
  });
}

interface WriteOptions<Answer> {
  readonly onDone?: (answer: Answer) => void;
  /** Said when it is done. */
  readonly done?: string;
  /** The page shows the refusal itself, beside what was asked. */
  readonly inline?: boolean;
}

/** Something that changes something. Whatever is on the page is asked for again after it. */
export function useAction<Id extends OperationId>(
  id: Id,
  { onDone, done, inline = false }: WriteOptions<AnswerOf<Id>> = {},
): UseMutationResult<AnswerOf<Id>, Error, RequestOf<Id>> {
  const { api, toasts } = useApp();
  const queries = useQueryClient();
  return useMutation<AnswerOf<Id>, Error, RequestOf<Id>>({
    mutationFn: (request) => api.call(id, request),
    meta: { inline },
    onSuccess: async (answer) => {
      if (done !== undefined) toasts.say(done);
      onDone?.(answer);
      await queries.invalidateQueries();
    },
  });
}
