import type { SupabaseClient } from '@supabase/supabase-js';
import { Cloud, type Keys } from '../local/cloud.ts';

export interface Person {
  readonly client: SupabaseClient;
  readonly id: string;
}

/** A cloud with one project that has rooms and auctions, and the people who use it. */
export class MessagingCloud {
  readonly cloud: Cloud;
  readonly ref: string;
  readonly keys: Keys;

  private constructor(cloud: Cloud, ref: string, keys: Keys) {
    this.cloud = cloud;
    this.ref = ref;
    this.keys = keys;
  }

  static async start(): Promise<MessagingCloud> {
    const cloud = await Cloud.start();
    const { ref, keys } = await cloud.healthy('talk', { template: 'with-messaging' });
    return new MessagingCloud(cloud, ref, keys);
  }

  async person(name: string): Promise<Person> {
    const client = this.cloud.client(this.ref, this.keys.anon);
    const { data, error } = await client.auth.signUp({
      email: `${name}@example.com`,
      password: 'a long password',
    });
    if (error !== null) throw error;
    return { client, id: data.user?.id ?? '' };
  }
}
