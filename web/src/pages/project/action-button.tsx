import type { ComponentProps } from 'react';
import { useAction } from '../../api/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { type ActionName, SIMPLE_ACTIONS, type SimpleAction, useProject } from './use-project.ts';

interface ActionButtonProps extends Pick<ComponentProps<typeof Button>, 'tone' | 'icon'> {
  readonly action: ActionName;
  /** Left out altogether where it is not allowed. */
  readonly onlyIfAllowed?: boolean;
}

/** Does one thing to the project, if the project's status and the reader's role allow it; otherwise it says why not. */
export function ActionButton({ action, onlyIfAllowed = false, ...look }: ActionButtonProps) {
  const known = SIMPLE_ACTIONS[action];
  const permitted = useProject().actions.find((each) => each.action === action);
  if (known === undefined || permitted === undefined || (onlyIfAllowed && !permitted.allowed)) return null;
  return <Pressable known={known} because={permitted.because} {...look} />;
}

interface PressableProps extends Pick<ComponentProps<typeof Button>, 'tone' | 'icon'> {
  readonly known: SimpleAction;
  readonly because: string | null;
}

function Pressable({ known, because, ...look }: PressableProps) {
  const { ref } = useProject();
  const run = useAction(known.operation, { done: known.done });
  return (
    <Button
      {...look}
      busy={run.isPending}
      disabled={because !== null}
      {...(because === null ? {} : { title: because })}
      onClick={() => run.mutate({ params: { ref } })}
    >
      {known.label}
    </Button>
  );
}
