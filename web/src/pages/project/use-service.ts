import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type Service, serviceAt } from '../../api/service.ts';
import { useApp } from '../../app.ts';
import { useKeys } from './keys-section.tsx';
import { useProject } from './use-project.ts';

/** The services of the project one is in; undefined until its key is known. */
export function useService(): Service | undefined {
  const { ref, endpoint } = useProject();
  const { installation } = useApp();
  const { data } = useKeys();
  // Services refuse a key of the newer kind, sb_secret_…, to a browser, as Supabase's do.
  const key = data?.find(({ type, name }) => type === 'legacy' && name === 'service_role')?.api_key;
  // Below the page's own origin, where it is: functions leave it to their authors what other origins may do.
  const base = installation.target === 'local' ? `${window.location.origin}/p/${ref}` : endpoint;
  return useMemo(() => (key ? serviceAt(base, key) : undefined), [base, key]);
}

interface ServiceReadOptions {
  readonly every?: number;
  readonly keep?: boolean;
}

/** What a service of the project answers. */
export function useServiceAnswer<Answer>(
  what: readonly unknown[],
  ask: (service: Service, signal: AbortSignal) => Promise<Answer>,
  { every, keep = false }: ServiceReadOptions = {},
) {
  const service = useService();
  const { ref } = useProject();
  return useQuery<Answer>({
    queryKey: ['service', ref, ...what],
    queryFn: ({ signal }) => {
      if (service === undefined) throw new Error('The key of the project is not known yet.');
      return ask(service, signal);
    },
    enabled: service !== undefined,
    ...(every === undefined ? {} : { refetchInterval: every }),
    ...(keep ? { placeholderData: keepPreviousData } : {}),
  });
}

interface ServiceWriteOptions {
  readonly done?: string;
  readonly onDone?: () => void;
  readonly inline?: boolean;
}

/** Something that changes something in the project; whatever is on the page is asked for again after it. */
export function useServiceAction<Given>(
  act: (service: Service, given: Given) => Promise<unknown>,
  { done, onDone, inline = false }: ServiceWriteOptions = {},
) {
  const service = useService();
  const { toasts } = useApp();
  const queries = useQueryClient();
  return useMutation<unknown, Error, Given>({
    mutationFn: (given) => {
      if (service === undefined) throw new Error('The key of the project is not known yet.');
      return act(service, given);
    },
    meta: { inline },
    onSuccess: async () => {
      if (done !== undefined) toasts.say(done);
      onDone?.();
      await queries.invalidateQueries();
    },
  });
}
