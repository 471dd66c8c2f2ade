import { oauthOperations } from '../../contract/oauth.contract.ts';
import { type Route, refused } from '../route.ts';

const O = oauthOperations;

export const oauthRoutes: Record<keyof typeof oauthOperations, Route> = {
  authorizeUser: refused(O.authorizeUser),
  exchangeOauthToken: refused(O.exchangeOauthToken),
  revokeOauthToken: refused(O.revokeOauthToken),
  authorizeProjectClaim: refused(O.authorizeProjectClaim),
};
