import { beforeEach, describe, expect, it } from 'vitest';
import { ROLES } from '../../functions/contract/permissions.ts';
import type { OrganizationSlug } from '../../functions/core/kernel/ids.ts';
import { TransientError } from '../../functions/core/kernel/errors.ts';
import { type Answered, type Person, People } from './people.ts';

let people: People;
let owner: Person;
let slug: OrganizationSlug;
const at = (rest: string) => `/platform/organizations/${slug}${rest}`;

/** The lowest first. */
const statusesOf = (answers: readonly Answered[]) =>
  answers.map(({ status }) => status).toSorted((a, b) => a - b);

beforeEach(async () => {
  people = new People();
  owner = await people.person('owner@example.com');
  slug = await people.organization(owner);
});

describe('the members of an organization', () => {
  it('are listed as Supabase does, and with their roles', async () => {
    const developer = await people.member(slug, 'developer');
    const listed = await people.call(developer.token, 'GET', `/v1/organizations/${slug}/members`);
    expect(listed.body).toEqual(
      expect.arrayContaining([
        {
          user_id: owner.id,
          user_name: 'owner',
          email: 'owner@example.com',
          role_name: 'Owner',
          mfa_enabled: false,
          avatar_url: null,
        },
      ]),
    );
    const roles = await people.call(owner.token, 'GET', at('/members'));
    expect(roles.body).toContainEqual({ user_id: developer.id, email: developer.email, role: 'developer' });
  });

  it('change each other’s roles up to their own, and no further', async () => {
    const staff = await people.staff(slug);
    for (const actor of ROLES) {
      for (const target of ROLES) {
        for (const role of ROLES) {
          const subject = await people.member(slug, target);
          const path = at(`/members/${subject.id}`);
          const { status } = await people.call(staff[actor].token, 'PATCH', path, { body: { role } });
          const own = ROLES.indexOf(actor);
          const may = own <= 1 && own <= ROLES.indexOf(target) && own <= ROLES.indexOf(role);
          expect(status, `${actor}: ${target} → ${role}`).toBe(may ? 200 : 403);
        }
      }
    }
  });

  it('lose what they could at once when they are removed', async () => {
    const developer = await people.member(slug, 'developer');
    const see = () => people.call(developer.token, 'GET', `/v1/organizations/${slug}`);
    expect((await see()).status).toBe(200);
    expect((await people.call(owner.token, 'DELETE', at(`/members/${developer.id}`))).status).toBe(200);
    expect((await see()).status).toBe(404);
    expect((await people.call(owner.token, 'DELETE', at(`/members/${developer.id}`))).status).toBe(404);
  });

  it('leave, whatever their role, but not with a token that does not stand for them', async () => {
    const reader = await people.member(slug, 'read_only');
    const scoped = await people.scoped(owner, ['members_read']);
    expect((await people.call(scoped, 'POST', at('/leave'))).status).toBe(403);
    expect((await people.call(reader.token, 'POST', at('/leave'))).status).toBe(200);
    expect(await people.audited(slug)).toContain('member.leave');
  });

  it('keep an owner: of two who go at the same moment one stays', async () => {
    const other = await people.member(slug, 'owner');
    const left = await Promise.all(
      [owner, other].map(({ token }) => people.call(token, 'POST', at('/leave'))),
    );
    expect(statusesOf(left)).toEqual([200, 409]);
    const members = await people.ports.organizations.membersOf(slug);
    expect(members.map(({ role }) => role)).toEqual(['owner']);
    const [last] = members;
    const { token } = last?.user === owner.id ? owner : other;
    const demoted = await people.call(token, 'PATCH', at(`/members/${last?.user}`), {
      body: { role: 'developer' },
    });
    expect(demoted.status).toBe(409);
    expect((await people.call(token, 'DELETE', at(`/members/${last?.user}`))).status).toBe(409);
  });
});

describe('an invitation', () => {
  const invite = (who: Person, email: string, role: string) =>
    people.call(who.token, 'POST', at('/invitations'), { body: { email, role } });
  const idOf = (answer: { readonly text: string }) => /"id":"([^"]+)"/.exec(answer.text)?.[1] ?? '';

  it('is mailed, shown to whom it is for, and accepted once', async () => {
    const invited = await invite(owner, 'New@Example.com', 'developer');
    expect(invited).toMatchObject({ status: 201, body: { email: 'new@example.com', mailed: true } });
    const [token = ''] = people.invitationsTo('new@example.com');
    expect(invited.text).not.toContain(token);
    const newcomer = await people.person('new@example.com');
    const shown = await people.call(newcomer.token, 'GET', `/platform/invitations/${token}`);
    expect(shown.body).toMatchObject({
      organization_slug: slug,
      organization_name: 'Acme',
      role: 'developer',
    });
    const accept = () => people.call(newcomer.token, 'POST', `/platform/invitations/${token}/accept`);
    const both = await Promise.all([accept(), accept()]);
    // Whoever comes second finds the invitation gone, or just being taken.
    const [first, second] = statusesOf(both);
    expect(first).toBe(200);
    expect([404, 409]).toContain(second);
    expect((await people.call(newcomer.token, 'GET', `/v1/organizations/${slug}`)).status).toBe(200);
    expect((await people.call(owner.token, 'GET', at('/invitations'))).body).toEqual([]);
  });

  it('rests as a digest alone', async () => {
    await invite(owner, 'new@example.com', 'developer');
    const [token = ''] = people.invitationsTo('new@example.com');
    const { items } = await people.world.table.query({ pk: `ORGANIZATION#${slug}` });
    expect(items.some(({ sk }) => sk.startsWith('INVITATION#'))).toBe(true);
    expect(JSON.stringify(items)).not.toContain(token);
  });

  it('is for the address that it was sent to, and nobody else learns of it', async () => {
    await invite(owner, 'new@example.com', 'developer');
    const [token = ''] = people.invitationsTo('new@example.com');
    const thief = await people.person('thief@example.com');
    const path = (link: string) => `/platform/invitations/${link}`;
    const stolen = await people.call(thief.token, 'GET', path(token));
    const absent = await people.call(thief.token, 'GET', path('0'.repeat(64)));
    expect(stolen).toMatchObject({
      status: 404,
      body: { ...Object(absent.body), request_id: expect.anything() },
    });
    expect((await people.call(thief.token, 'POST', `${path(token)}/accept`)).status).toBe(404);
  });

  it('ends after seven days', async () => {
    await invite(owner, 'new@example.com', 'developer');
    const [token = ''] = people.invitationsTo('new@example.com');
    const newcomer = await people.person('new@example.com');
    people.world.pass(7 * 24 * 3600 * 1000);
    const accepted = await people.call(newcomer.token, 'POST', `/platform/invitations/${token}/accept`);
    expect(accepted.status).toBe(404);
  });

  it('sent again has a new link, and the old one is worth nothing', async () => {
    const id = idOf(await invite(owner, 'new@example.com', 'developer'));
    expect((await people.call(owner.token, 'POST', at(`/invitations/${id}/resend`))).status).toBe(200);
    const newcomer = await people.person('new@example.com');
    const [first, second] = people.invitationsTo('new@example.com');
    const accept = (token = '') =>
      people.call(newcomer.token, 'POST', `/platform/invitations/${token}/accept`);
    expect((await accept(first)).status).toBe(404);
    expect((await accept(second)).status).toBe(200);
  });

  it('that is revoked is gone', async () => {
    const id = idOf(await invite(owner, 'new@example.com', 'developer'));
    expect((await people.call(owner.token, 'DELETE', at(`/invitations/${id}`))).status).toBe(200);
    const newcomer = await people.person('new@example.com');
    const [token = ''] = people.invitationsTo('new@example.com');
    const accepted = await people.call(newcomer.token, 'POST', `/platform/invitations/${token}/accept`);
    expect(accepted.status).toBe(404);
  });

  it('stands when its mail could not be sent, and says so', async () => {
    people.world.fail(({ port, method }) =>
      port === 'notifier' && method === 'send'
        ? { at: 'before', error: new TransientError('no mail today') }
        : undefined,
    );
    expect((await invite(owner, 'new@example.com', 'developer')).body).toMatchObject({ mailed: false });
    expect((await people.call(owner.token, 'GET', at('/invitations'))).body).toHaveLength(1);
  });

  it('gives no role above the inviter’s own, and is not sent to a member or twice', async () => {
    const administrator = await people.member(slug, 'administrator');
    expect((await invite(administrator, 'new@example.com', 'owner')).status).toBe(403);
    expect((await invite(administrator, 'owner@example.com', 'developer')).status).toBe(409);
    const twice = await Promise.all([1, 2].map(() => invite(administrator, 'new@example.com', 'developer')));
    expect(statusesOf(twice)).toEqual([201, 409]);
  });
});
