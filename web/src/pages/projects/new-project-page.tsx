import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { ApiError } from '../../api/error.ts';
import { useAction, useAnswer } from '../../api/hooks.ts';
import { useApp } from '../../app.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { Form, SelectField, TextField } from '../../ui/field.tsx';
import { Empty, ErrorNote } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import styles from './new-project-page.module.css';
import { type Feature, FeatureChoice } from './feature-choice.tsx';
import { newPassword } from './new-password.ts';
import { TemplateChoice } from './template-choice.tsx';

export function NewProjectPage() {
  const organizations = useAnswer('listOrganizations', {});
  return (
    <Page
      title="New project"
      about="A Postgres database, with everything around it, at an address of its own."
    >
      <Loaded query={organizations} lines={6}>
        {(all) =>
          all.length === 0 ? (
            <Empty
              title="A project needs an organization"
              actions={
                <LinkButton tone="primary" icon="plus" to="/organizations/new">
                  New organization
                </LinkButton>
              }
            >
              You are a member of none. Make one of your own, or have an owner of another invite you.
            </Empty>
          ) : (
            <NewProject organizations={all.map(({ slug, name }) => ({ value: slug, label: name }))} />
          )
        }
      </Loaded>
    </Page>
  );
}

interface NewProjectProps {
  readonly organizations: readonly { readonly value: string; readonly label: string }[];
}

function NewProject({ organizations }: NewProjectProps) {
  const navigate = useNavigate();
  const { toasts } = useApp();
  const [name, setName] = useState('');
  const [slug, setSlug] = useState(organizations[0]?.value ?? '');
  const [region, setRegion] = useState('');
  const [template, setTemplate] = useState('');
  const [features, setFeatures] = useState<readonly Feature[]>([]);
  const [password, setPassword] = useState(newPassword);
  const regions = useAnswer('listAvailableRegions', { query: { organization_slug: slug } });
  const open = regions.data?.all.specific ?? [];
  const create = useAction('createProject', {
    inline: true,
    onDone: ({ ref }) => {
      toasts.say(`${name.trim()} is coming up.`);
      void navigate({ to: '/projects/$ref', params: { ref } });
    },
  });
  const fault = (field: string) =>
    create.error instanceof ApiError && create.error.field === `body.${field}`
      ? create.error.message
      : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const chosen = open.find(({ code }) => code === region)?.code ?? open[0]?.code;
    create.mutate({
      body: {
        name,
        organization_slug: slug,
        db_pass: password,
        ...(chosen === undefined ? {} : { region: chosen }),
        ...(template === '' ? {} : { template }),
        ...(features.length === 0 ? {} : { features: [...features] }),
      },
    });
  };
  return (
    <Form
      onSubmit={submit}
      actions={
        <>
          <Button tone="primary" type="submit" busy={create.isPending}>
            Create project
          </Button>
          <LinkButton tone="quiet" to="/">
            Cancel
          </LinkButton>
        </>
      }
    >
      <TextField
        label="Name"
        value={name}
        onChange={({ target }) => setName(target.value)}
        error={fault('name')}
        hint="What you call it. It can be changed."
        required
        maxLength={256}
      />
      {organizations.length > 1 && (
        <SelectField
          label="Organization"
          options={organizations}
          value={slug}
          onChange={({ target }) => setSlug(target.value)}
        />
      )}
      <SelectField
        label="Region"
        hint="Choose the one nearest to your users. A project stays where it is."
        error={fault('region')}
        options={open.map((each) => ({ value: each.code, label: `${each.name}, ${each.code}` }))}
        value={region === '' ? (open[0]?.code ?? '') : region}
        onChange={({ target }) => setRegion(target.value)}
      />
      <TemplateChoice
        chosen={template}
        onChoose={(name) => {
          setTemplate(name);
          setFeatures([]);
        }}
      />
      <FeatureChoice template={template} chosen={features} onChoose={setFeatures} />
      <div className={styles['password']}>
        <TextField
          label="Database password"
          value={password}
          onChange={({ target }) => setPassword(target.value)}
          error={fault('db_pass')}
          hint="For connections to Postgres. Keep it now: it is not shown again, but can be changed."
          autoComplete="off"
          spellCheck={false}
          required
        />
        <span className={styles['tools']}>
          <CopyButton text={password} label="Copy database password" />
          <Button tone="quiet" onClick={() => setPassword(newPassword())}>
            Another
          </Button>
        </span>
      </div>
      {create.isError && <ErrorNote error={create.error} />}
    </Form>
  );
}
