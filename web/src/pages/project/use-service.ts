import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Service, serviceAt } from '../../api/service.ts';
import { type App, useApp } from '../../app.ts';
import { useProject } from './use-project.ts';

/** One for all that is on a page, so that it takes one key. */
const services = new WeakMap<App, Map<string, Service>>();

/** The services of the project one is in. */
export function useService(): Service {
  const { ref, endpoint } = useProject();
  const app = useApp();
  const known = services.get(app) ?? new Map<string, Service>();
  services.set(app, known);
  // Below the page's own origin, where it is: functions leave it to their authors what other origins may do.
  const base = app.installation.target === 'local' ? `${window.location.origin}/p/${ref}` : endpoint;
  const service = known.get(base) ?? serviceAt(base, ref, app.api);
  known.set(base, service);
  return service;
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
    queryFn: ({ signal }) => ask(service, signal),
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
    mutationFn: (given) => act(service, given),
    meta: { inline },
    onSuccess: async () => {
      if (done !== undefined) toasts.say(done);
      onDone?.();
      await queries.invalidateQueries();
    },
  });
}
