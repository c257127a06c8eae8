/** Signing in at the hub in a window of its own (OAuth with PKCE), so that the page and what trains in it stay. The token lives in memory only. */
import { failure, success, type Result } from '../../lib/result';

export interface HubAccount {
  readonly name: string;
  /** The hub lets it expire after some hours. */
  readonly token: string;
}

/** Create repositories, and write to those that this page created; no others. */
const SCOPES = 'openid profile contribute-repos';
/** public/signed-in.js answers here with the query that the hub came back with. */
const CHANNEL = 'nsr-signed-in';

/** Of the OAuth app that the host registered (docs/deploy.md); empty where there is none. */
export const clientIdOf = (page: Document): string =>
  page.querySelector<HTMLMetaElement>('meta[name="huggingface-client-id"]')?.content ?? '';

/** Ends the wait of an earlier call. */
let supersede: (() => void) | null = null;

/** Call it right after a click: browsers open windows then only. A window that was closed cannot be told from one whose pages cut the tie
 * to their opener, so the wait has no end of its own: a later call takes its place, and the earlier resolves to null. */
export async function signIn(clientId: string): Promise<Result<HubAccount> | null> {
  supersede?.();
  const popup = window.open('about:blank', '_blank', 'popup,width=520,height=720');
  if (popup === null) return failure('The browser blocked the window of the hub: allow it for this page.');
  try {
    const { oauthHandleRedirect, oauthLoginUrl } = await import('@huggingface/hub');
    const redirectUrl = new URL('signed-in.html', document.baseURI).href;
    const answer = comeBack();
    popup.location.href = await oauthLoginUrl({ clientId, scopes: SCOPES, redirectUrl });
    const query = await answer;
    if (query === null) return null;
    const { accessToken, userInfo } = await oauthHandleRedirect({
      redirectedUrl: `${redirectUrl}${query}`,
    });
    return success({ name: userInfo.preferred_username, token: accessToken });
  } catch (error) {
    popup.close();
    return failure(`Not signed in: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The query of the address that the hub led back to; null where a later call waits. */
function comeBack(): Promise<string | null> {
  return new Promise((resolve) => {
    const channel = new BroadcastChannel(CHANNEL);
    const end = (query: string | null): void => {
      channel.close();
      resolve(query);
    };
    supersede = () => end(null);
    channel.onmessage = ({ data }) => end(String(data));
  });
}
