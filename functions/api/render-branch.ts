import type { BranchBody } from '../contract/branches.contract.ts';
import { type BranchProject, DEFAULT_BRANCH } from '../core/branches/branch.ts';
import { branchId, parentOf } from '../core/project/branch.ts';

export function renderBranch(project: BranchProject): BranchBody {
  const { ref, name, branch, status, created_at, updated_at } = project;
  const isDefault = parentOf(project) === undefined;
  return {
    id: branchId(ref),
    name: isDefault ? DEFAULT_BRANCH : name,
    project_ref: ref,
    parent_project_ref: branch.of,
    is_default: isDefault,
    ...(branch.git_branch === null ? {} : { git_branch: branch.git_branch }),
    persistent: branch.persistent,
    status: branch.status,
    created_at,
    updated_at,
    ...(branch.review_requested_at === null ? {} : { review_requested_at: branch.review_requested_at }),
    ...(branch.deletion_scheduled_at === null ? {} : { deletion_scheduled_at: branch.deletion_scheduled_at }),
    with_data: branch.with_data,
    preview_project_status: status,
    failure: branch.failure,
  };
}
