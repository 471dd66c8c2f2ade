import { descriptionOperations } from '../../contract/description.contract.ts';
import { OPERATIONS } from '../../contract/index.ts';
import { openApi } from '../../contract/openapi.ts';
import { ok } from '../../core/kernel/result.ts';
import { type Route, open } from '../route.ts';

export const descriptionRoutes: Record<keyof typeof descriptionOperations, Route> = {
  getOpenApi: open(descriptionOperations.getOpenApi, async () => ok({ ...openApi(OPERATIONS) })),
};
