// The owner of the home lets masto in, the library that Phanpy and Elk are built on.
import assert from 'node:assert/strict';
import { createOAuthAPIClient, createRestAPIClient } from 'masto';

const { BASE: url, HELPER } = process.env;
export const ask = async (path, params = {}) => {
  const answer = await fetch(`${HELPER}${path}?${new URLSearchParams(params)}`);
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.text();
};
const oob = 'urn:ietf:wg:oauth:2.0:oob';
const scopes = 'read write follow push';
export const anybody = createRestAPIClient({ url });
export const app = await anybody.v1.apps.create({ clientName: 'masto', redirectUris: oob, scopes });
const authorize = `${url}/oauth/authorize?${new URLSearchParams({ response_type: 'code', client_id: app.clientId, redirect_uri: oob, scope: scopes })}`;
export const oauth = createOAuthAPIClient({ url });
export const token = await oauth.token.create({
  clientId: app.clientId, clientSecret: app.clientSecret, redirectUri: oob, grantType: 'authorization_code', code: await ask('/code', { url: authorize }),
});
export const client = createRestAPIClient({ url, accessToken: token.accessToken });
