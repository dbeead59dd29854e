import { describe, expect, it } from 'vitest';
import { memoryDisk } from '../../../src/simulate/memory-disk.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

describe('a disk in memory', () => {
  it('keeps what was appended, over openings and beyond its first size', async () => {
    const disk = memoryDisk();
    const first = await disk.create('/run/a');
    disk.write(first, bytes('one,'));
    disk.close(first);
    const second = await disk.openExisting('/run/a');
    disk.write(second, bytes('x'.repeat(10_000)));
    expect((await disk.readFile('/run/a')).toString()).toBe(`one,${'x'.repeat(10_000)}`);
    expect((await disk.readFile('/run/a', 10_003)).toString()).toBe('x');
    expect(await disk.stat('/run/a')).toMatchObject({ size: 10_004 });
    expect(await disk.list('/run')).toEqual(['a']);
  });

  it('fails as Node does: EEXIST, ENOENT, EBADF', async () => {
    const disk = memoryDisk();
    const handle = await disk.create('/a');
    disk.close(handle);
    await expect(disk.create('/a')).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(disk.readFile('/b')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(disk.rename('/b', '/c')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(() => disk.write(handle, bytes('late'))).toThrow(expect.objectContaining({ code: 'EBADF' }));
  });

  it('copies: neither sees what the other writes, cuts, renames or removes afterwards', async () => {
    const disk = memoryDisk();
    const handle = await disk.create('/a');
    disk.write(handle, bytes('shared'));
    const copy = disk.copy();
    const inCopy = await copy.openExisting('/a');
    copy.write(inCopy, bytes('-copy'));
    disk.write(handle, bytes('-original'));
    expect((await disk.readFile('/a')).toString()).toBe('shared-original');
    expect((await copy.readFile('/a')).toString()).toBe('shared-copy');
    const cut = disk.copy();
    disk.truncate(handle, 2);
    disk.write(handle, bytes('ort'));
    await disk.rename('/a', '/b');
    expect((await cut.readFile('/a')).toString()).toBe('shared-original');
    expect((await disk.readFile('/b')).toString()).toBe('short');
    await copy.remove('/a');
    expect([disk.exists('/b'), disk.exists('/a'), cut.exists('/a'), copy.exists('/a')]).toEqual([true, false, true, false]);
  });
});
