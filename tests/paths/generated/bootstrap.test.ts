import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { createActor, fromCallback, SimulatedClock } from 'xstate';
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { bootstrapMachine } from '../../../machines/bootstrap.ts';

// Written by stateyard generate-tests; what is changed here by hand is lost when it is written anew.
// Paths: 15. They meet 44 of 44 aims: that each transition is taken, and each guard says yes and no.

const paths: readonly Path[] = [
  {
    name: '1: start, xstate.done.actor.discover, xstate.done.actor.select, xstate.done.actor.generate, xstate.done.actor.validate, xstate.done.actor.compare, xstate.done.actor.write, and 1 more',
    input: { force: true, dryRun: false, interactive: false },
    steps: [
      {
        value: 'discovering',
        context: {
          force: true,
          dryRun: false,
          interactive: false,
          discovery: null,
          selection: null,
          files: [],
          valid: false,
          configuration: null,
          changes: [],
          newFolders: [],
          written: [],
          warnings: [],
          shortfalls: [],
          failedPaths: [],
          errors: [],
          cancelReason: null,
        },
        children: ['discover'],
      },
      {
        send: {
          type: 'xstate.done.actor.discover',
          output: {
            discovery: {
              project_root: '/p',
              project_name: 'p',
              domain: 'software-dev',
              languages: [{ language: 'Go', percentage: 100 }],
              resource_types: [],
              available_tools: [],
            },
            warnings: ['link: not followed'],
          },
        },
        takes: ['bootstrap.discovering xstate.done.actor.discover 0'],
        value: 'selecting',
        context: {
          discovery: {
            project_root: '/p',
            project_name: 'p',
            domain: 'software-dev',
            languages: [{ language: 'Go', percentage: 100 }],
            resource_types: [],
            available_tools: [],
          },
          warnings: ['link: not followed'],
        },
        children: ['select'],
      },
      {
        send: {
          type: 'xstate.done.actor.select',
          output: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: [],
          },
        },
        takes: ['bootstrap.selecting xstate.done.actor.select 0'],
        value: 'generating',
        context: {
          selection: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: [],
          },
        },
        children: ['generate'],
      },
      {
        send: {
          type: 'xstate.done.actor.generate',
          output: {
            files: [
              { path: 'a.yaml', type: 'project_profile', text: 'a' },
              { path: 'b.json', type: 'router_config', text: 'b' },
              { path: 'c.yaml', type: 'workflow', text: 'c' },
            ],
            shortfalls: [],
            warnings: [],
          },
        },
        takes: ['bootstrap.generating xstate.done.actor.generate 0'],
        value: 'validating',
        context: {
          files: [
            { path: 'a.yaml', type: 'project_profile', text: 'a' },
            { path: 'b.json', type: 'router_config', text: 'b' },
            { path: 'c.yaml', type: 'workflow', text: 'c' },
          ],
        },
        children: ['validate'],
      },
      {
        send: {
          type: 'xstate.done.actor.validate',
          output: {
            problems: [],
            configuration: { patchOnly: true, testsMustPass: true, maxLinesChanged: null, toolIds: [] },
          },
        },
        takes: ['bootstrap.validating xstate.done.actor.validate 0'],
        value: 'comparing',
        context: {
          valid: true,
          configuration: { patchOnly: true, testsMustPass: true, maxLinesChanged: null, toolIds: [] },
        },
        children: ['compare'],
      },
      {
        send: {
          type: 'xstate.done.actor.compare',
          output: {
            changes: [
              { path: 'a.yaml', change: 'new', sha256Before: null, diff: null },
              { path: 'b.json', change: 'unchanged', sha256Before: 'sha-1', diff: null },
              { path: 'c.yaml', change: 'replaced', sha256Before: 'sha-2', diff: null },
            ],
            newFolders: [],
            obstacles: [],
          },
        },
        takes: ['bootstrap.comparing xstate.done.actor.compare 3'],
        value: 'writing',
        context: {
          changes: [
            { path: 'a.yaml', change: 'new', sha256Before: null, diff: null },
            { path: 'b.json', change: 'unchanged', sha256Before: 'sha-1', diff: null },
            { path: 'c.yaml', change: 'replaced', sha256Before: 'sha-2', diff: null },
          ],
        },
        children: ['write'],
      },
      {
        send: {
          type: 'xstate.done.actor.write',
          output: { path: 'a.yaml' },
        },
        takes: ['bootstrap.writing xstate.done.actor.write 2'],
        value: 'writing',
        context: { written: ['a.yaml'] },
      },
      {
        send: {
          type: 'xstate.done.actor.write',
          output: { path: 'c.yaml' },
        },
        takes: ['bootstrap.writing xstate.done.actor.write 0', 'bootstrap.concluding  1'],
        value: 'ready',
        status: 'done',
        context: { written: ['a.yaml', 'c.yaml'] },
        children: [],
      },
    ],
  },
  {
    name: '2: start, xstate.done.actor.discover, xstate.done.actor.select, xstate.done.actor.generate, xstate.done.actor.validate, xstate.done.actor.compare, REPLACE, and 2 more',
    input: { force: false, dryRun: false, interactive: true },
    steps: [
      {
        value: 'discovering',
        context: {
          force: false,
          dryRun: false,
          interactive: true,
          discovery: null,
          selection: null,
          files: [],
          valid: false,
          configuration: null,
          changes: [],
          newFolders: [],
          written: [],
          warnings: [],
          shortfalls: [],
          failedPaths: [],
          errors: [],
          cancelReason: null,
        },
        children: ['discover'],
      },
      {
        send: {
          type: 'xstate.done.actor.discover',
          output: {
            discovery: {
              project_root: '/p',
              project_name: 'p',
              domain: 'software-dev',
              languages: [{ language: 'Go', percentage: 100 }],
              resource_types: [],
              available_tools: [],
            },
            warnings: ['link: not followed'],
          },
        },
        takes: ['bootstrap.discovering xstate.done.actor.discover 0'],
        value: 'selecting',
        context: {
          discovery: {
            project_root: '/p',
            project_name: 'p',
            domain: 'software-dev',
            languages: [{ language: 'Go', percentage: 100 }],
            resource_types: [],
            available_tools: [],
          },
          warnings: ['link: not followed'],
        },
        children: ['select'],
      },
      {
        send: {
          type: 'xstate.done.actor.select',
          output: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: [],
          },
        },
        takes: ['bootstrap.selecting xstate.done.actor.select 0'],
        value: 'generating',
        context: {
          selection: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: [],
          },
        },
        children: ['generate'],
      },
      {
        send: {
          type: 'xstate.done.actor.generate',
          output: {
            files: [
              { path: 'a.yaml', type: 'project_profile', text: 'a' },
              { path: 'b.json', type: 'router_config', text: 'b' },
              { path: 'c.yaml', type: 'workflow', text: 'c' },
            ],
            shortfalls: [],
            warnings: [],
          },
        },
        takes: ['bootstrap.generating xstate.done.actor.generate 0'],
        value: 'validating',
        context: {
          files: [
            { path: 'a.yaml', type: 'project_profile', text: 'a' },
            { path: 'b.json', type: 'router_config', text: 'b' },
            { path: 'c.yaml', type: 'workflow', text: 'c' },
          ],
        },
        children: ['validate'],
      },
      {
        send: {
          type: 'xstate.done.actor.validate',
          output: {
            problems: [],
            configuration: { patchOnly: true, testsMustPass: true, maxLinesChanged: null, toolIds: [] },
          },
        },
        takes: ['bootstrap.validating xstate.done.actor.validate 0'],
        value: 'comparing',
        context: {
          valid: true,
          configuration: { patchOnly: true, testsMustPass: true, maxLinesChanged: null, toolIds: [] },
        },
        children: ['compare'],
      },
      {
        send: {
          type: 'xstate.done.actor.compare',
          output: {
            changes: [
              { path: 'a.yaml', change: 'new', sha256Before: null, diff: null },
              { path: 'b.json', change: 'unchanged', sha256Before: 'sha-1', diff: null },
              { path: 'c.yaml', change: 'replaced', sha256Before: 'sha-2', diff: null },
            ],
            newFolders: [],
            obstacles: [],
          },
        },
        takes: ['bootstrap.comparing xstate.done.actor.compare 4'],
        value: 'asking',
        context: {
          changes: [
            { path: 'a.yaml', change: 'new', sha256Before: null, diff: null },
            { path: 'b.json', change: 'unchanged', sha256Before: 'sha-1', diff: null },
            { path: 'c.yaml', change: 'replaced', sha256Before: 'sha-2', diff: null },
          ],
        },
        children: [],
      },
      {
        send: { type: 'REPLACE' },
        takes: ['bootstrap.asking REPLACE 0'],
        value: 'writing',
        children: ['write'],
      },
      {
        send: { type: 'CANCEL', reason: 'interrupted' },
        takes: ['bootstrap.writing CANCEL 0'],
        value: 'writing',
        context: { cancelReason: 'interrupted' },
      },
      {
        send: {
          type: 'xstate.done.actor.write',
          output: { path: 'a.yaml' },
        },
        takes: ['bootstrap.writing xstate.done.actor.write 1'],
        value: 'canceled',
        status: 'done',
        context: { written: ['a.yaml'], errors: ['interrupted'] },
        children: [],
      },
    ],
  },
  {
    name: '3: start, xstate.done.actor.discover, xstate.done.actor.select, xstate.done.actor.generate, xstate.done.actor.validate, xstate.done.actor.compare',
    input: { force: false, dryRun: false, interactive: false },
    steps: [
      {
        value: 'discovering',
        context: {
          force: false,
          dryRun: false,
          interactive: false,
          discovery: null,
          selection: null,
          files: [],
          valid: false,
          configuration: null,
          changes: [],
          newFolders: [],
          written: [],
          warnings: [],
          shortfalls: [],
          failedPaths: [],
          errors: [],
          cancelReason: null,
        },
        children: ['discover'],
      },
      {
        send: {
          type: 'xstate.done.actor.discover',
          output: {
            discovery: {
              project_root: '/p',
              project_name: 'p',
              domain: 'software-dev',
              languages: [{ language: 'Go', percentage: 100 }],
              resource_types: [],
              available_tools: [],
            },
            warnings: ['link: not followed'],
          },
        },
        takes: ['bootstrap.discovering xstate.done.actor.discover 0'],
        value: 'selecting',
        context: {
          discovery: {
            project_root: '/p',
            project_name: 'p',
            domain: 'software-dev',
            languages: [{ language: 'Go', percentage: 100 }],
            resource_types: [],
            available_tools: [],
          },
          warnings: ['link: not followed'],
        },
        children: ['select'],
      },
      {
        send: {
          type: 'xstate.done.actor.select',
          output: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: ['nothing fits well'],
          },
        },
        takes: ['bootstrap.selecting xstate.done.actor.select 0'],
        value: 'generating',
        context: {
          selection: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: ['nothing fits well'],
          },
          shortfalls: ['nothing fits well'],
        },
        children: ['generate'],
      },
      {
        send: {
          type: 'xstate.done.actor.generate',
          output: {
            files: [
              { path: 'a.yaml', type: 'project_profile', text: 'a' },
              { path: 'b.json', type: 'router_config', text: 'b' },
              { path: 'c.yaml', type: 'workflow', text: 'c' },
            ],
            shortfalls: [],
            warnings: [],
          },
        },
        takes: ['bootstrap.generating xstate.done.actor.generate 0'],
        value: 'validating',
        context: {
          files: [
            { path: 'a.yaml', type: 'project_profile', text: 'a' },
            { path: 'b.json', type: 'router_config', text: 'b' },
            { path: 'c.yaml', type: 'workflow', text: 'c' },
          ],
        },
        children: ['validate'],
      },
      {
        send: {
          type: 'xstate.done.actor.validate',
          output: {
            problems: [],
            configuration: { patchOnly: true, testsMustPass: true, maxLinesChanged: null, toolIds: [] },
          },
        },
        takes: ['bootstrap.validating xstate.done.actor.validate 0'],
        value: 'comparing',
        context: {
          valid: true,
          configuration: { patchOnly: true, testsMustPass: true, maxLinesChanged: null, toolIds: [] },
        },
        children: ['compare'],
      },
      {
        send: {
          type: 'xstate.done.actor.compare',
          output: {
            changes: [
              { path: 'a.yaml', change: 'unchanged', sha256Before: 'sha-0', diff: null },
              { path: 'b.json', change: 'unchanged', sha256Before: 'sha-1', diff: null },
              { path: 'c.yaml', change: 'unchanged', sha256Before: 'sha-2', diff: null },
            ],
            newFolders: [],
            obstacles: [],
          },
        },
        takes: ['bootstrap.comparing xstate.done.actor.compare 1', 'bootstrap.concluding  0'],
        value: 'partial',
        status: 'done',
        context: {
          changes: [
            { path: 'a.yaml', change: 'unchanged', sha256Before: 'sha-0', diff: null },
            { path: 'b.json', change: 'unchanged', sha256Before: 'sha-1', diff: null },
            { path: 'c.yaml', change: 'unchanged', sha256Before: 'sha-2', diff: null },
          ],
        },
        children: [],
      },
    ],
  },
  {
    name: '4: start, xstate.done.actor.discover, xstate.done.actor.select, xstate.done.actor.generate, xstate.done.actor.validate',
    input: { force: false, dryRun: false, interactive: false },
    steps: [
      {
        value: 'discovering',
        context: {
          force: false,
          dryRun: false,
          interactive: false,
          discovery: null,
          selection: null,
          files: [],
          valid: false,
          configuration: null,
          changes: [],
          newFolders: [],
          written: [],
          warnings: [],
          shortfalls: [],
          failedPaths: [],
          errors: [],
          cancelReason: null,
        },
        children: ['discover'],
      },
      {
        send: {
          type: 'xstate.done.actor.discover',
          output: {
            discovery: {
              project_root: '/p',
              project_name: 'p',
              domain: 'software-dev',
              languages: [{ language: 'Go', percentage: 100 }],
              resource_types: [],
              available_tools: [],
            },
            warnings: ['link: not followed'],
          },
        },
        takes: ['bootstrap.discovering xstate.done.actor.discover 0'],
        value: 'selecting',
        context: {
          discovery: {
            project_root: '/p',
            project_name: 'p',
            domain: 'software-dev',
            languages: [{ language: 'Go', percentage: 100 }],
            resource_types: [],
            available_tools: [],
          },
          warnings: ['link: not followed'],
        },
        children: ['select'],
      },
      {
        send: {
          type: 'xstate.done.actor.select',
          output: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: [],
          },
        },
        takes: ['bootstrap.selecting xstate.done.actor.select 0'],
        value: 'generating',
        context: {
          selection: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: [],
          },
        },
        children: ['generate'],
      },
      {
        send: {
          type: 'xstate.done.actor.generate',
          output: {
            files: [
              { path: 'a.yaml', type: 'project_profile', text: 'a' },
              { path: 'b.json', type: 'router_config', text: 'b' },
              { path: 'c.yaml', type: 'workflow', text: 'c' },
            ],
            shortfalls: [],
            warnings: [],
          },
        },
        takes: ['bootstrap.generating xstate.done.actor.generate 0'],
        value: 'validating',
        context: {
          files: [
            { path: 'a.yaml', type: 'project_profile', text: 'a' },
            { path: 'b.json', type: 'router_config', text: 'b' },
            { path: 'c.yaml', type: 'workflow', text: 'c' },
          ],
        },
        children: ['validate'],
      },
      {
        send: {
          type: 'xstate.done.actor.validate',
          output: { problems: [{ path: 'a.yaml', message: 'a.yaml:1:1: bad' }], configuration: null },
        },
        takes: ['bootstrap.validating xstate.done.actor.validate 1'],
        value: 'failed',
        status: 'done',
        context: { failedPaths: ['a.yaml'], errors: ['a.yaml:1:1: bad'] },
        children: [],
      },
    ],
  },
  {
    name: '5: start, xstate.done.actor.discover, xstate.done.actor.select, xstate.done.actor.generate, xstate.done.actor.validate, xstate.done.actor.compare',
    input: { force: false, dryRun: false, interactive: false },
    steps: [
      {
        value: 'discovering',
        context: {
          force: false,
          dryRun: false,
          interactive: false,
          discovery: null,
          selection: null,
          files: [],
          valid: false,
          configuration: null,
          changes: [],
          newFolders: [],
          written: [],
          warnings: [],
          shortfalls: [],
          failedPaths: [],
          errors: [],
          cancelReason: null,
        },
        children: ['discover'],
      },
      {
        send: {
          type: 'xstate.done.actor.discover',
          output: {
            discovery: {
              project_root: '/p',
              project_name: 'p',
              domain: 'software-dev',
              languages: [{ language: 'Go', percentage: 100 }],
              resource_types: [],
              available_tools: [],
            },
            warnings: ['link: not followed'],
          },
        },
        takes: ['bootstrap.discovering xstate.done.actor.discover 0'],
        value: 'selecting',
        context: {
          discovery: {
            project_root: '/p',
            project_name: 'p',
            domain: 'software-dev',
            languages: [{ language: 'Go', percentage: 100 }],
            resource_types: [],
            available_tools: [],
          },
          warnings: ['link: not followed'],
        },
        children: ['select'],
      },
      {
        send: {
          type: 'xstate.done.actor.select',
          output: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: [],
          },
        },
        takes: ['bootstrap.selecting xstate.done.actor.select 0'],
        value: 'generating',
        context: {
          selection: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: [],
          },
        },
        children: ['generate'],
      },
      {
        send: {
          type: 'xstate.done.actor.generate',
          output: {
            files: [
              { path: 'a.yaml', type: 'project_profile', text: 'a' },
              { path: 'b.json', type: 'router_config', text: 'b' },
              { path: 'c.yaml', type: 'workflow', text: 'c' },
            ],
            shortfalls: [],
            warnings: [],
          },
        },
        takes: ['bootstrap.generating xstate.done.actor.generate 0'],
        value: 'validating',
        context: {
          files: [
            { path: 'a.yaml', type: 'project_profile', text: 'a' },
            { path: 'b.json', type: 'router_config', text: 'b' },
            { path: 'c.yaml', type: 'workflow', text: 'c' },
          ],
        },
        children: ['validate'],
      },
      {
        send: {
          type: 'xstate.done.actor.validate',
          output: {
            problems: [],
            configuration: { patchOnly: true, testsMustPass: true, maxLinesChanged: null, toolIds: [] },
          },
        },
        takes: ['bootstrap.validating xstate.done.actor.validate 0'],
        value: 'comparing',
        context: {
          valid: true,
          configuration: { patchOnly: true, testsMustPass: true, maxLinesChanged: null, toolIds: [] },
        },
        children: ['compare'],
      },
      {
        send: {
          type: 'xstate.done.actor.compare',
          output: {
            changes: [
              { path: 'a.yaml', change: 'new', sha256Before: null, diff: null },
              { path: 'b.json', change: 'unchanged', sha256Before: 'sha-1', diff: null },
              { path: 'c.yaml', change: 'replaced', sha256Before: 'sha-2', diff: null },
            ],
            newFolders: [],
            obstacles: [],
          },
        },
        takes: ['bootstrap.comparing xstate.done.actor.compare 5'],
        value: 'needsHuman',
        status: 'done',
        context: {
          changes: [
            { path: 'a.yaml', change: 'new', sha256Before: null, diff: null },
            { path: 'b.json', change: 'unchanged', sha256Before: 'sha-1', diff: null },
            { path: 'c.yaml', change: 'replaced', sha256Before: 'sha-2', diff: null },
          ],
        },
        children: [],
      },
    ],
  },
  {
    name: '6: start, xstate.done.actor.discover, xstate.done.actor.select, xstate.done.actor.generate, xstate.done.actor.validate, xstate.done.actor.compare',
    input: { force: false, dryRun: false, interactive: false },
    steps: [
      {
        value: 'discovering',
        context: {
          force: false,
          dryRun: false,
          interactive: false,
          discovery: null,
          selection: null,
          files: [],
          valid: false,
          configuration: null,
          changes: [],
          newFolders: [],
          written: [],
          warnings: [],
          shortfalls: [],
          failedPaths: [],
          errors: [],
          cancelReason: null,
        },
        children: ['discover'],
      },
      {
        send: {
          type: 'xstate.done.actor.discover',
          output: {
            discovery: {
              project_root: '/p',
              project_name: 'p',
              domain: 'software-dev',
              languages: [{ language: 'Go', percentage: 100 }],
              resource_types: [],
              available_tools: [],
            },
            warnings: ['link: not followed'],
          },
        },
        takes: ['bootstrap.discovering xstate.done.actor.discover 0'],
        value: 'selecting',
        context: {
          discovery: {
            project_root: '/p',
            project_name: 'p',
            domain: 'software-dev',
            languages: [{ language: 'Go', percentage: 100 }],
            resource_types: [],
            available_tools: [],
          },
          warnings: ['link: not followed'],
        },
        children: ['select'],
      },
      {
        send: {
          type: 'xstate.done.actor.select',
          output: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: [],
          },
        },
        takes: ['bootstrap.selecting xstate.done.actor.select 0'],
        value: 'generating',
        context: {
          selection: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: [],
          },
        },
        children: ['generate'],
      },
      {
        send: {
          type: 'xstate.done.actor.generate',
          output: {
            files: [
              { path: 'a.yaml', type: 'project_profile', text: 'a' },
              { path: 'b.json', type: 'router_config', text: 'b' },
              { path: 'c.yaml', type: 'workflow', text: 'c' },
            ],
            shortfalls: [],
            warnings: [],
          },
        },
        takes: ['bootstrap.generating xstate.done.actor.generate 0'],
        value: 'validating',
        context: {
          files: [
            { path: 'a.yaml', type: 'project_profile', text: 'a' },
            { path: 'b.json', type: 'router_config', text: 'b' },
            { path: 'c.yaml', type: 'workflow', text: 'c' },
          ],
        },
        children: ['validate'],
      },
      {
        send: {
          type: 'xstate.done.actor.validate',
          output: {
            problems: [],
            configuration: { patchOnly: true, testsMustPass: true, maxLinesChanged: null, toolIds: [] },
          },
        },
        takes: ['bootstrap.validating xstate.done.actor.validate 0'],
        value: 'comparing',
        context: {
          valid: true,
          configuration: { patchOnly: true, testsMustPass: true, maxLinesChanged: null, toolIds: [] },
        },
        children: ['compare'],
      },
      {
        send: {
          type: 'xstate.done.actor.compare',
          output: {
            changes: [{ path: 'a.yaml', change: 'new', sha256Before: null, diff: null }],
            newFolders: [],
            obstacles: [{ path: 'b.json', message: 'b.json is a folder' }],
          },
        },
        takes: ['bootstrap.comparing xstate.done.actor.compare 0'],
        value: 'failed',
        status: 'done',
        context: {
          changes: [{ path: 'a.yaml', change: 'new', sha256Before: null, diff: null }],
          failedPaths: ['b.json'],
          errors: ['b.json is a folder'],
        },
        children: [],
      },
    ],
  },
  {
    name: '7: start, xstate.done.actor.discover, xstate.done.actor.select, xstate.done.actor.generate, xstate.done.actor.validate, xstate.done.actor.compare',
    input: { force: false, dryRun: true, interactive: false },
    steps: [
      {
        value: 'discovering',
        context: {
          force: false,
          dryRun: true,
          interactive: false,
          discovery: null,
          selection: null,
          files: [],
          valid: false,
          configuration: null,
          changes: [],
          newFolders: [],
          written: [],
          warnings: [],
          shortfalls: [],
          failedPaths: [],
          errors: [],
          cancelReason: null,
        },
        children: ['discover'],
      },
      {
        send: {
          type: 'xstate.done.actor.discover',
          output: {
            discovery: {
              project_root: '/p',
              project_name: 'p',
              domain: 'software-dev',
              languages: [{ language: 'Go', percentage: 100 }],
              resource_types: [],
              available_tools: [],
            },
            warnings: ['link: not followed'],
          },
        },
        takes: ['bootstrap.discovering xstate.done.actor.discover 0'],
        value: 'selecting',
        context: {
          discovery: {
            project_root: '/p',
            project_name: 'p',
            domain: 'software-dev',
            languages: [{ language: 'Go', percentage: 100 }],
            resource_types: [],
            available_tools: [],
          },
          warnings: ['link: not followed'],
        },
        children: ['select'],
      },
      {
        send: {
          type: 'xstate.done.actor.select',
          output: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: [],
          },
        },
        takes: ['bootstrap.selecting xstate.done.actor.select 0'],
        value: 'generating',
        context: {
          selection: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: [],
          },
        },
        children: ['generate'],
      },
      {
        send: {
          type: 'xstate.done.actor.generate',
          output: {
            files: [
              { path: 'a.yaml', type: 'project_profile', text: 'a' },
              { path: 'b.json', type: 'router_config', text: 'b' },
              { path: 'c.yaml', type: 'workflow', text: 'c' },
            ],
            shortfalls: [],
            warnings: [],
          },
        },
        takes: ['bootstrap.generating xstate.done.actor.generate 0'],
        value: 'validating',
        context: {
          files: [
            { path: 'a.yaml', type: 'project_profile', text: 'a' },
            { path: 'b.json', type: 'router_config', text: 'b' },
            { path: 'c.yaml', type: 'workflow', text: 'c' },
          ],
        },
        children: ['validate'],
      },
      {
        send: {
          type: 'xstate.done.actor.validate',
          output: {
            problems: [],
            configuration: { patchOnly: true, testsMustPass: true, maxLinesChanged: null, toolIds: [] },
          },
        },
        takes: ['bootstrap.validating xstate.done.actor.validate 0'],
        value: 'comparing',
        context: {
          valid: true,
          configuration: { patchOnly: true, testsMustPass: true, maxLinesChanged: null, toolIds: [] },
        },
        children: ['compare'],
      },
      {
        send: {
          type: 'xstate.done.actor.compare',
          output: {
            changes: [
              { path: 'a.yaml', change: 'new', sha256Before: null, diff: null },
              { path: 'b.json', change: 'new', sha256Before: null, diff: null },
              { path: 'c.yaml', change: 'new', sha256Before: null, diff: null },
            ],
            newFolders: [],
            obstacles: [],
          },
        },
        takes: ['bootstrap.comparing xstate.done.actor.compare 2'],
        value: 'previewed',
        status: 'done',
        context: {
          changes: [
            { path: 'a.yaml', change: 'new', sha256Before: null, diff: null },
            { path: 'b.json', change: 'new', sha256Before: null, diff: null },
            { path: 'c.yaml', change: 'new', sha256Before: null, diff: null },
          ],
        },
        children: [],
      },
    ],
  },
  {
    name: '8: start, CANCEL',
    input: { force: false, dryRun: false, interactive: false },
    steps: [
      {
        value: 'discovering',
        context: {
          force: false,
          dryRun: false,
          interactive: false,
          discovery: null,
          selection: null,
          files: [],
          valid: false,
          configuration: null,
          changes: [],
          newFolders: [],
          written: [],
          warnings: [],
          shortfalls: [],
          failedPaths: [],
          errors: [],
          cancelReason: null,
        },
        children: ['discover'],
      },
      {
        send: { type: 'CANCEL', reason: 'interrupted' },
        takes: ['bootstrap CANCEL 0'],
        value: 'canceled',
        status: 'done',
        context: { errors: ['interrupted'] },
        children: [],
      },
    ],
  },
  {
    name: '9: start, xstate.error.actor.discover',
    input: { force: false, dryRun: false, interactive: false },
    steps: [
      {
        value: 'discovering',
        context: {
          force: false,
          dryRun: false,
          interactive: false,
          discovery: null,
          selection: null,
          files: [],
          valid: false,
          configuration: null,
          changes: [],
          newFolders: [],
          written: [],
          warnings: [],
          shortfalls: [],
          failedPaths: [],
          errors: [],
          cancelReason: null,
        },
        children: ['discover'],
      },
      {
        send: {
          type: 'xstate.error.actor.discover',
          error: {},
        },
        takes: ['bootstrap.discovering xstate.error.actor.discover 0'],
        value: 'failed',
        status: 'done',
        context: { errors: ['[object Object]'] },
        children: [],
      },
    ],
  },
  {
    name: '10: start, xstate.done.actor.discover, xstate.error.actor.select',
    input: { force: false, dryRun: false, interactive: false },
    steps: [
      {
        value: 'discovering',
        context: {
          force: false,
          dryRun: false,
          interactive: false,
          discovery: null,
          selection: null,
          files: [],
          valid: false,
          configuration: null,
          changes: [],
          newFolders: [],
          written: [],
          warnings: [],
          shortfalls: [],
          failedPaths: [],
          errors: [],
          cancelReason: null,
        },
        children: ['discover'],
      },
      {
        send: {
          type: 'xstate.done.actor.discover',
          output: {
            discovery: {
              project_root: '/p',
              project_name: 'p',
              domain: 'software-dev',
              languages: [{ language: 'Go', percentage: 100 }],
              resource_types: [],
              available_tools: [],
            },
            warnings: ['link: not followed'],
          },
        },
        takes: ['bootstrap.discovering xstate.done.actor.discover 0'],
        value: 'selecting',
        context: {
          discovery: {
            project_root: '/p',
            project_name: 'p',
            domain: 'software-dev',
            languages: [{ language: 'Go', percentage: 100 }],
            resource_types: [],
            available_tools: [],
          },
          warnings: ['link: not followed'],
        },
        children: ['select'],
      },
      {
        send: {
          type: 'xstate.error.actor.select',
          error: {},
        },
        takes: ['bootstrap.selecting xstate.error.actor.select 0'],
        value: 'failed',
        status: 'done',
        context: { errors: ['[object Object]'] },
        children: [],
      },
    ],
  },
  {
    name: '11: start, xstate.done.actor.discover, xstate.done.actor.select, xstate.error.actor.generate',
    input: { force: false, dryRun: false, interactive: false },
    steps: [
      {
        value: 'discovering',
        context: {
          force: false,
          dryRun: false,
          interactive: false,
          discovery: null,
          selection: null,
          files: [],
          valid: false,
          configuration: null,
          changes: [],
          newFolders: [],
          written: [],
          warnings: [],
          shortfalls: [],
          failedPaths: [],
          errors: [],
          cancelReason: null,
        },
        children: ['discover'],
      },
      {
        send: {
          type: 'xstate.done.actor.discover',
          output: {
            discovery: {
              project_root: '/p',
              project_name: 'p',
              domain: 'software-dev',
              languages: [{ language: 'Go', percentage: 100 }],
              resource_types: [],
              available_tools: [],
            },
            warnings: ['link: not followed'],
          },
        },
        takes: ['bootstrap.discovering xstate.done.actor.discover 0'],
        value: 'selecting',
        context: {
          discovery: {
            project_root: '/p',
            project_name: 'p',
            domain: 'software-dev',
            languages: [{ language: 'Go', percentage: 100 }],
            resource_types: [],
            available_tools: [],
          },
          warnings: ['link: not followed'],
        },
        children: ['select'],
      },
      {
        send: {
          type: 'xstate.done.actor.select',
          output: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: [],
          },
        },
        takes: ['bootstrap.selecting xstate.done.actor.select 0'],
        value: 'generating',
        context: {
          selection: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: [],
          },
        },
        children: ['generate'],
      },
      {
        send: {
          type: 'xstate.error.actor.generate',
          error: {},
        },
        takes: ['bootstrap.generating xstate.error.actor.generate 0'],
        value: 'failed',
        status: 'done',
        context: { errors: ['[object Object]'] },
        children: [],
      },
    ],
  },
  {
    name: '12: start, xstate.done.actor.discover, xstate.done.actor.select, xstate.done.actor.generate, xstate.error.actor.validate',
    input: { force: false, dryRun: false, interactive: false },
    steps: [
      {
        value: 'discovering',
        context: {
          force: false,
          dryRun: false,
          interactive: false,
          discovery: null,
          selection: null,
          files: [],
          valid: false,
          configuration: null,
          changes: [],
          newFolders: [],
          written: [],
          warnings: [],
          shortfalls: [],
          failedPaths: [],
          errors: [],
          cancelReason: null,
        },
        children: ['discover'],
      },
      {
        send: {
          type: 'xstate.done.actor.discover',
          output: {
            discovery: {
              project_root: '/p',
              project_name: 'p',
              domain: 'software-dev',
              languages: [{ language: 'Go', percentage: 100 }],
              resource_types: [],
              available_tools: [],
            },
            warnings: ['link: not followed'],
          },
        },
        takes: ['bootstrap.discovering xstate.done.actor.discover 0'],
        value: 'selecting',
        context: {
          discovery: {
            project_root: '/p',
            project_name: 'p',
            domain: 'software-dev',
            languages: [{ language: 'Go', percentage: 100 }],
            resource_types: [],
            available_tools: [],
          },
          warnings: ['link: not followed'],
        },
        children: ['select'],
      },
      {
        send: {
          type: 'xstate.done.actor.select',
          output: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: [],
          },
        },
        takes: ['bootstrap.selecting xstate.done.actor.select 0'],
        value: 'generating',
        context: {
          selection: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: [],
          },
        },
        children: ['generate'],
      },
      {
        send: {
          type: 'xstate.done.actor.generate',
          output: {
            files: [
              { path: 'a.yaml', type: 'project_profile', text: 'a' },
              { path: 'b.json', type: 'router_config', text: 'b' },
              { path: 'c.yaml', type: 'workflow', text: 'c' },
            ],
            shortfalls: [],
            warnings: [],
          },
        },
        takes: ['bootstrap.generating xstate.done.actor.generate 0'],
        value: 'validating',
        context: {
          files: [
            { path: 'a.yaml', type: 'project_profile', text: 'a' },
            { path: 'b.json', type: 'router_config', text: 'b' },
            { path: 'c.yaml', type: 'workflow', text: 'c' },
          ],
        },
        children: ['validate'],
      },
      {
        send: {
          type: 'xstate.error.actor.validate',
          error: {},
        },
        takes: ['bootstrap.validating xstate.error.actor.validate 0'],
        value: 'failed',
        status: 'done',
        context: { errors: ['[object Object]'] },
        children: [],
      },
    ],
  },
  {
    name: '13: start, xstate.done.actor.discover, xstate.done.actor.select, xstate.done.actor.generate, xstate.done.actor.validate, xstate.error.actor.compare',
    input: { force: false, dryRun: false, interactive: false },
    steps: [
      {
        value: 'discovering',
        context: {
          force: false,
          dryRun: false,
          interactive: false,
          discovery: null,
          selection: null,
          files: [],
          valid: false,
          configuration: null,
          changes: [],
          newFolders: [],
          written: [],
          warnings: [],
          shortfalls: [],
          failedPaths: [],
          errors: [],
          cancelReason: null,
        },
        children: ['discover'],
      },
      {
        send: {
          type: 'xstate.done.actor.discover',
          output: {
            discovery: {
              project_root: '/p',
              project_name: 'p',
              domain: 'software-dev',
              languages: [{ language: 'Go', percentage: 100 }],
              resource_types: [],
              available_tools: [],
            },
            warnings: ['link: not followed'],
          },
        },
        takes: ['bootstrap.discovering xstate.done.actor.discover 0'],
        value: 'selecting',
        context: {
          discovery: {
            project_root: '/p',
            project_name: 'p',
            domain: 'software-dev',
            languages: [{ language: 'Go', percentage: 100 }],
            resource_types: [],
            available_tools: [],
          },
          warnings: ['link: not followed'],
        },
        children: ['select'],
      },
      {
        send: {
          type: 'xstate.done.actor.select',
          output: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: [],
          },
        },
        takes: ['bootstrap.selecting xstate.done.actor.select 0'],
        value: 'generating',
        context: {
          selection: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: [],
          },
        },
        children: ['generate'],
      },
      {
        send: {
          type: 'xstate.done.actor.generate',
          output: {
            files: [
              { path: 'a.yaml', type: 'project_profile', text: 'a' },
              { path: 'b.json', type: 'router_config', text: 'b' },
              { path: 'c.yaml', type: 'workflow', text: 'c' },
            ],
            shortfalls: [],
            warnings: [],
          },
        },
        takes: ['bootstrap.generating xstate.done.actor.generate 0'],
        value: 'validating',
        context: {
          files: [
            { path: 'a.yaml', type: 'project_profile', text: 'a' },
            { path: 'b.json', type: 'router_config', text: 'b' },
            { path: 'c.yaml', type: 'workflow', text: 'c' },
          ],
        },
        children: ['validate'],
      },
      {
        send: {
          type: 'xstate.done.actor.validate',
          output: {
            problems: [],
            configuration: { patchOnly: true, testsMustPass: true, maxLinesChanged: null, toolIds: [] },
          },
        },
        takes: ['bootstrap.validating xstate.done.actor.validate 0'],
        value: 'comparing',
        context: {
          valid: true,
          configuration: { patchOnly: true, testsMustPass: true, maxLinesChanged: null, toolIds: [] },
        },
        children: ['compare'],
      },
      {
        send: {
          type: 'xstate.error.actor.compare',
          error: {},
        },
        takes: ['bootstrap.comparing xstate.error.actor.compare 0'],
        value: 'failed',
        status: 'done',
        context: { errors: ['[object Object]'] },
        children: [],
      },
    ],
  },
  {
    name: '14: start, xstate.done.actor.discover, xstate.done.actor.select, xstate.done.actor.generate, xstate.done.actor.validate, xstate.done.actor.compare, xstate.error.actor.write',
    input: { force: false, dryRun: false, interactive: false },
    steps: [
      {
        value: 'discovering',
        context: {
          force: false,
          dryRun: false,
          interactive: false,
          discovery: null,
          selection: null,
          files: [],
          valid: false,
          configuration: null,
          changes: [],
          newFolders: [],
          written: [],
          warnings: [],
          shortfalls: [],
          failedPaths: [],
          errors: [],
          cancelReason: null,
        },
        children: ['discover'],
      },
      {
        send: {
          type: 'xstate.done.actor.discover',
          output: {
            discovery: {
              project_root: '/p',
              project_name: 'p',
              domain: 'software-dev',
              languages: [{ language: 'Go', percentage: 100 }],
              resource_types: [],
              available_tools: [],
            },
            warnings: ['link: not followed'],
          },
        },
        takes: ['bootstrap.discovering xstate.done.actor.discover 0'],
        value: 'selecting',
        context: {
          discovery: {
            project_root: '/p',
            project_name: 'p',
            domain: 'software-dev',
            languages: [{ language: 'Go', percentage: 100 }],
            resource_types: [],
            available_tools: [],
          },
          warnings: ['link: not followed'],
        },
        children: ['select'],
      },
      {
        send: {
          type: 'xstate.done.actor.select',
          output: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: [],
          },
        },
        takes: ['bootstrap.selecting xstate.done.actor.select 0'],
        value: 'generating',
        context: {
          selection: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: [],
          },
        },
        children: ['generate'],
      },
      {
        send: {
          type: 'xstate.done.actor.generate',
          output: {
            files: [
              { path: 'a.yaml', type: 'project_profile', text: 'a' },
              { path: 'b.json', type: 'router_config', text: 'b' },
              { path: 'c.yaml', type: 'workflow', text: 'c' },
            ],
            shortfalls: [],
            warnings: [],
          },
        },
        takes: ['bootstrap.generating xstate.done.actor.generate 0'],
        value: 'validating',
        context: {
          files: [
            { path: 'a.yaml', type: 'project_profile', text: 'a' },
            { path: 'b.json', type: 'router_config', text: 'b' },
            { path: 'c.yaml', type: 'workflow', text: 'c' },
          ],
        },
        children: ['validate'],
      },
      {
        send: {
          type: 'xstate.done.actor.validate',
          output: {
            problems: [],
            configuration: { patchOnly: true, testsMustPass: true, maxLinesChanged: null, toolIds: [] },
          },
        },
        takes: ['bootstrap.validating xstate.done.actor.validate 0'],
        value: 'comparing',
        context: {
          valid: true,
          configuration: { patchOnly: true, testsMustPass: true, maxLinesChanged: null, toolIds: [] },
        },
        children: ['compare'],
      },
      {
        send: {
          type: 'xstate.done.actor.compare',
          output: {
            changes: [
              { path: 'a.yaml', change: 'new', sha256Before: null, diff: null },
              { path: 'b.json', change: 'new', sha256Before: null, diff: null },
              { path: 'c.yaml', change: 'new', sha256Before: null, diff: null },
            ],
            newFolders: [],
            obstacles: [],
          },
        },
        takes: ['bootstrap.comparing xstate.done.actor.compare 3'],
        value: 'writing',
        context: {
          changes: [
            { path: 'a.yaml', change: 'new', sha256Before: null, diff: null },
            { path: 'b.json', change: 'new', sha256Before: null, diff: null },
            { path: 'c.yaml', change: 'new', sha256Before: null, diff: null },
          ],
        },
        children: ['write'],
      },
      {
        send: {
          type: 'xstate.error.actor.write',
          error: {},
        },
        takes: ['bootstrap.writing xstate.error.actor.write 0'],
        value: 'failed',
        status: 'done',
        context: { failedPaths: ['a.yaml'], errors: ['[object Object]'] },
        children: [],
      },
    ],
  },
  {
    name: '15: start, xstate.done.actor.discover, xstate.done.actor.select, xstate.done.actor.generate, xstate.done.actor.validate, xstate.done.actor.compare, KEEP',
    input: { force: false, dryRun: false, interactive: true },
    steps: [
      {
        value: 'discovering',
        context: {
          force: false,
          dryRun: false,
          interactive: true,
          discovery: null,
          selection: null,
          files: [],
          valid: false,
          configuration: null,
          changes: [],
          newFolders: [],
          written: [],
          warnings: [],
          shortfalls: [],
          failedPaths: [],
          errors: [],
          cancelReason: null,
        },
        children: ['discover'],
      },
      {
        send: {
          type: 'xstate.done.actor.discover',
          output: {
            discovery: {
              project_root: '/p',
              project_name: 'p',
              domain: 'software-dev',
              languages: [{ language: 'Go', percentage: 100 }],
              resource_types: [],
              available_tools: [],
            },
            warnings: ['link: not followed'],
          },
        },
        takes: ['bootstrap.discovering xstate.done.actor.discover 0'],
        value: 'selecting',
        context: {
          discovery: {
            project_root: '/p',
            project_name: 'p',
            domain: 'software-dev',
            languages: [{ language: 'Go', percentage: 100 }],
            resource_types: [],
            available_tools: [],
          },
          warnings: ['link: not followed'],
        },
        children: ['select'],
      },
      {
        send: {
          type: 'xstate.done.actor.select',
          output: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: [],
          },
        },
        takes: ['bootstrap.selecting xstate.done.actor.select 0'],
        value: 'generating',
        context: {
          selection: {
            profileId: 'software-dev-go',
            profileVersion: '1.0.0',
            domain: 'software-dev',
            confidence: 0.9,
            reasons: ['go.mod'],
            considered: [{ profileId: 'software-dev-go', score: 0.9 }],
            shortfalls: [],
          },
        },
        children: ['generate'],
      },
      {
        send: {
          type: 'xstate.done.actor.generate',
          output: {
            files: [
              { path: 'a.yaml', type: 'project_profile', text: 'a' },
              { path: 'b.json', type: 'router_config', text: 'b' },
              { path: 'c.yaml', type: 'workflow', text: 'c' },
            ],
            shortfalls: [],
            warnings: [],
          },
        },
        takes: ['bootstrap.generating xstate.done.actor.generate 0'],
        value: 'validating',
        context: {
          files: [
            { path: 'a.yaml', type: 'project_profile', text: 'a' },
            { path: 'b.json', type: 'router_config', text: 'b' },
            { path: 'c.yaml', type: 'workflow', text: 'c' },
          ],
        },
        children: ['validate'],
      },
      {
        send: {
          type: 'xstate.done.actor.validate',
          output: {
            problems: [],
            configuration: { patchOnly: true, testsMustPass: true, maxLinesChanged: null, toolIds: [] },
          },
        },
        takes: ['bootstrap.validating xstate.done.actor.validate 0'],
        value: 'comparing',
        context: {
          valid: true,
          configuration: { patchOnly: true, testsMustPass: true, maxLinesChanged: null, toolIds: [] },
        },
        children: ['compare'],
      },
      {
        send: {
          type: 'xstate.done.actor.compare',
          output: {
            changes: [
              { path: 'a.yaml', change: 'new', sha256Before: null, diff: null },
              { path: 'b.json', change: 'unchanged', sha256Before: 'sha-1', diff: null },
              { path: 'c.yaml', change: 'replaced', sha256Before: 'sha-2', diff: null },
            ],
            newFolders: [],
            obstacles: [],
          },
        },
        takes: ['bootstrap.comparing xstate.done.actor.compare 4'],
        value: 'asking',
        context: {
          changes: [
            { path: 'a.yaml', change: 'new', sha256Before: null, diff: null },
            { path: 'b.json', change: 'unchanged', sha256Before: 'sha-1', diff: null },
            { path: 'c.yaml', change: 'replaced', sha256Before: 'sha-2', diff: null },
          ],
        },
        children: [],
      },
      {
        send: { type: 'KEEP' },
        takes: ['bootstrap.asking KEEP 0'],
        value: 'needsHuman',
        status: 'done',
      },
    ],
  },
];

/** What comes, and what is seen then; what is left out is as before, or nothing. The first step is the start. */
interface Step {
  readonly send?: object;
  readonly afterMs?: number;
  readonly yes?: readonly string[];
  readonly takes?: readonly string[];
  readonly value: unknown;
  readonly status?: string;
  readonly context?: object;
  readonly children?: readonly string[];
  readonly heard?: readonly unknown[];
  readonly did?: readonly string[];
}

interface Path {
  readonly name: string;
  readonly input?: unknown;
  readonly steps: readonly Step[];
}

const taken: Record<string, number> = {};

test.each(paths)('$name', ({ input, steps }) => {
  let [takes, did, heard]: [string[], string[], unknown[]] = [[], [], []];
  const idle = fromCallback(({ receive, self }) => receive((event) => void heard.push({ to: self.id, event })));
  const machine = still(bootstrapMachine as unknown as AnyStateMachine, idle);
  const clock = new SimulatedClock();
  const actor = createActor(machine, {
    clock,
    input,
    logger: () => undefined,
    inspect: (event) => {
      if (event.type === '@xstate.microstep') takes.push(...event._transitions.flatMap((each) => keyOf(machine, each)));
      if (event.type === '@xstate.action' && event.actorRef.sessionId === event.rootId) did.push(...told(event.action));
    },
  });
  actor.subscribe({ error: () => undefined });
  let seen = { status: 'active', context: {}, children: [] as readonly string[] };
  for (const [index, step] of steps.entries()) {
    if (index === 0) actor.start();
    else if (step.afterMs === undefined) actor.send(step.send as never);
    else clock.increment(step.afterMs);
    for (const key of takes) taken[key] = (taken[key] ?? 0) + 1;
    const { value, status, context, children } = actor.getSnapshot();
    const now = { status, context: plain(context), children: Object.keys(children).sort() };
    seen = {
      status: step.status ?? seen.status,
      context: { ...seen.context, ...step.context },
      children: step.children ?? seen.children,
    };
    const wanted = { takes: step.takes ?? [], value: step.value, ...seen, heard: step.heard ?? [], did: step.did ?? [] };
    expect({ takes, value, ...now, heard: plain(heard), did }, `after step ${String(index)} of this path`).toEqual(wanted);
    [takes, did, heard] = [[], [], []];
  }
  actor.stop();
});

/** The machine without effects: its actors do nothing, and actions that are not XState's own are told and not performed. */
function still(original: AnyStateMachine, idle: unknown): AnyStateMachine {
  const { actors, actions } = original.implementations;
  const machine = original.provide({
    actors: Object.fromEntries([...Object.keys(actors), 'idle'].map((name) => [name, idle])),
    actions: Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, quiet(action)])),
  } as never) as AnyStateMachine;
  stillNode(machine.root);
  return machine;
}

/** What is written in a state itself, and not by its name. */
function stillNode(node: AnyStateNode): void {
  for (const invoke of node.invoke) (invoke as { src: string }).src = 'idle';
  const { initial } = node as { initial?: object };
  const transitions = [initial, ...(node.always ?? []), ...[...node.transitions.values()].flat()];
  for (const each of transitions as ({ actions: unknown[] } | undefined)[]) if (each) each.actions = each.actions.map(quiet);
  node.entry = node.entry.map(quiet) as never;
  node.exit = node.exit.map(quiet) as never;
  for (const child of Object.values(node.states)) stillNode(child as AnyStateNode);
}

function quiet(action: unknown): unknown {
  if (typeof action !== 'function' || 'resolve' in action) return action;
  return Object.defineProperty(() => undefined, 'name', { value: action.name });
}

/** What an action is told as: XState's own by nothing, but for the events that it emits. */
function told({ type, params }: { readonly type: string; readonly params: unknown }): readonly string[] {
  if (type === 'xstate.emit') return [`emit ${(params as { readonly event: { readonly type: string } }).event.type}`];
  return type.startsWith('xstate.') ? [] : [type];
}

/** What a transition is told by: its state, its event and its place among those of the event. Nothing for one that starts the machine. */
function keyOf({ id }: AnyStateMachine, transition: object): readonly string[] {
  const { source, eventType } = transition as { source: AnyStateNode; eventType: string };
  const list: readonly object[] = (eventType === '' ? source.always : source.transitions.get(eventType)) ?? [];
  const key = `${[id, ...source.path].join('.')} ${eventType} ${String(list.indexOf(transition))}`;
  return list.includes(transition) ? [key] : [];
}

/** JSON, with undefined as a text. */
function plain(value: unknown): object {
  const text = JSON.stringify(value ?? {}, (_, part: unknown) => {
    if (part === undefined) return '(undefined)';
    return typeof part === 'bigint' ? `${String(part)}n` : part;
  });
  return JSON.parse(text) as object;
}

// With STATEYARD_COVERAGE=FOLDER what was taken is left for `stateyard coverage`.
afterAll(() => {
  const folder = process.env['STATEYARD_COVERAGE'];
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  const record = { machine: 'bootstrap', taken };
  // Of each test file its own, the same at each run.
  const place = createHash('sha256').update(String(expect.getState().testPath)).digest('hex').slice(0, 12);
  const name = `${encodeURIComponent(record.machine).slice(0, 80)}.${place}.generated.json`;
  writeFileSync(`${folder}/${name}`, `${JSON.stringify(record, null, 2)}\n`);
});
