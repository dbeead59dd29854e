import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { locateStore } from '../../../src/cli/locate-store.ts';

let top: string;

beforeEach(async () => {
  top = await realpath(await mkdtemp(join(tmpdir(), 'locate-')));
  await mkdir(join(top, 'project', 'a', 'b'), { recursive: true });
});

afterEach(() => rm(top, { recursive: true }));

describe('locateStore', () => {
  it.each(['stateyard.yaml', 'PROJECT_PROFILE.yaml', 'package.json', '.git'])(
    'is beside the nearest %s upward',
    async (marker) => {
      await writeFile(join(top, 'project', marker), '');
      const place = locateStore({ store: null }, { cwd: join(top, 'project', 'a', 'b'), env: {} });
      expect(place).toEqual({ folder: join(top, 'project', '.stateyard'), projectId: 'project' });
    },
  );

  it('takes the nearest folder that has any marker', async () => {
    await writeFile(join(top, 'project', 'stateyard.yaml'), '');
    await writeFile(join(top, 'project', 'a', 'package.json'), '');
    expect(locateStore({ store: null }, { cwd: join(top, 'project', 'a', 'b'), env: {} }).folder).toBe(
      join(top, 'project', 'a', '.stateyard'),
    );
  });

  it('is in the working directory where no marker is found', () => {
    const place = locateStore({ store: null }, { cwd: join(top, 'project', 'a'), env: {} });
    expect(place).toEqual({ folder: join(top, 'project', 'a', '.stateyard'), projectId: 'a' });
  });

  it('follows --store, then STATEYARD_STORE, relative to the working directory', () => {
    const io = { cwd: join(top, 'project'), env: { STATEYARD_STORE: 'a/by-variable' } };
    expect(locateStore({ store: '../by-flag' }, io)).toEqual({ folder: join(top, 'by-flag'), projectId: basename(top) });
    expect(locateStore({ store: null }, io)).toEqual({ folder: join(top, 'project', 'a', 'by-variable'), projectId: 'a' });
  });

  it('takes an empty STATEYARD_STORE for none', () => {
    expect(locateStore({ store: null }, { cwd: join(top, 'project'), env: { STATEYARD_STORE: '' } }).folder).toBe(
      join(top, 'project', '.stateyard'),
    );
  });

  it.each(['file', 'file/below'])('refuses %s, which leads to or through a file', async (given) => {
    await writeFile(join(top, 'file'), '');
    const locate = (): unknown => locateStore({ store: given }, { cwd: top, env: {} });
    expect(locate).toThrow(expect.objectContaining({ code: 'store_not_a_folder', exitCode: 2 }));
  });
});
