import type { ProfileId } from './profile-ids.ts';
import dataPipeline from './data-pipeline.yaml';
import documentation from './documentation.yaml';
import generic from './generic.yaml';
import operations from './operations.yaml';
import dataPipelineCheck from './phases/data-pipeline/check.yaml';
import dataPipelineModel from './phases/data-pipeline/model.yaml';
import dataPipelinePipeline from './phases/data-pipeline/pipeline.yaml';
import dataPipelinePlan from './phases/data-pipeline/plan.yaml';
import dataPipelineValidate from './phases/data-pipeline/validate.yaml';
import documentationBuild from './phases/documentation/build.yaml';
import documentationCheck from './phases/documentation/check.yaml';
import documentationLinks from './phases/documentation/links.yaml';
import documentationPlan from './phases/documentation/plan.yaml';
import documentationWrite from './phases/documentation/write.yaml';
import genericChange from './phases/generic/change.yaml';
import genericCheck from './phases/generic/check.yaml';
import genericDocument from './phases/generic/document.yaml';
import genericPlan from './phases/generic/plan.yaml';
import operationsChange from './phases/operations/change.yaml';
import operationsCheck from './phases/operations/check.yaml';
import operationsDocument from './phases/operations/document.yaml';
import operationsPlan from './phases/operations/plan.yaml';
import operationsValidate from './phases/operations/validate.yaml';
import softwareDevGoCheck from './phases/software-dev-go/check.yaml';
import softwareDevGoDocument from './phases/software-dev-go/document.yaml';
import softwareDevGoImplement from './phases/software-dev-go/implement.yaml';
import softwareDevGoPlan from './phases/software-dev-go/plan.yaml';
import softwareDevGoRelease from './phases/software-dev-go/release.yaml';
import softwareDevGoTest from './phases/software-dev-go/test.yaml';
import softwareDevJvmCheck from './phases/software-dev-jvm/check.yaml';
import softwareDevJvmDocument from './phases/software-dev-jvm/document.yaml';
import softwareDevJvmImplement from './phases/software-dev-jvm/implement.yaml';
import softwareDevJvmPlan from './phases/software-dev-jvm/plan.yaml';
import softwareDevJvmRelease from './phases/software-dev-jvm/release.yaml';
import softwareDevJvmTest from './phases/software-dev-jvm/test.yaml';
import softwareDevNodeCheck from './phases/software-dev-node/check.yaml';
import softwareDevNodeDocument from './phases/software-dev-node/document.yaml';
import softwareDevNodeImplement from './phases/software-dev-node/implement.yaml';
import softwareDevNodePlan from './phases/software-dev-node/plan.yaml';
import softwareDevNodeRelease from './phases/software-dev-node/release.yaml';
import softwareDevNodeTest from './phases/software-dev-node/test.yaml';
import softwareDevPythonCheck from './phases/software-dev-python/check.yaml';
import softwareDevPythonDocument from './phases/software-dev-python/document.yaml';
import softwareDevPythonImplement from './phases/software-dev-python/implement.yaml';
import softwareDevPythonPlan from './phases/software-dev-python/plan.yaml';
import softwareDevPythonRelease from './phases/software-dev-python/release.yaml';
import softwareDevPythonTest from './phases/software-dev-python/test.yaml';
import softwareDevRustCheck from './phases/software-dev-rust/check.yaml';
import softwareDevRustDocument from './phases/software-dev-rust/document.yaml';
import softwareDevRustImplement from './phases/software-dev-rust/implement.yaml';
import softwareDevRustPlan from './phases/software-dev-rust/plan.yaml';
import softwareDevRustRelease from './phases/software-dev-rust/release.yaml';
import softwareDevRustTest from './phases/software-dev-rust/test.yaml';
import softwareDevGo from './software-dev-go.yaml';
import softwareDevJvm from './software-dev-jvm.yaml';
import softwareDevNode from './software-dev-node.yaml';
import softwareDevPython from './software-dev-python.yaml';
import softwareDevRust from './software-dev-rust.yaml';

/** The YAML of a profile and of its phase templates, these by their `template_path`. */
export interface ProfileTexts {
  readonly document: string;
  readonly templates: Readonly<Record<string, string>>;
}

/** The texts of every profile that ships, unread: a profile costs nothing before it is loaded. */
export const profileTexts: Readonly<Record<ProfileId, ProfileTexts>> = {
  generic: {
    document: generic,
    templates: {
      'phases/generic/plan.yaml': genericPlan,
      'phases/generic/change.yaml': genericChange,
      'phases/generic/document.yaml': genericDocument,
      'phases/generic/check.yaml': genericCheck,
    },
  },
  'software-dev-python': {
    document: softwareDevPython,
    templates: {
      'phases/software-dev-python/plan.yaml': softwareDevPythonPlan,
      'phases/software-dev-python/implement.yaml': softwareDevPythonImplement,
      'phases/software-dev-python/test.yaml': softwareDevPythonTest,
      'phases/software-dev-python/check.yaml': softwareDevPythonCheck,
      'phases/software-dev-python/document.yaml': softwareDevPythonDocument,
      'phases/software-dev-python/release.yaml': softwareDevPythonRelease,
    },
  },
  'software-dev-node': {
    document: softwareDevNode,
    templates: {
      'phases/software-dev-node/plan.yaml': softwareDevNodePlan,
      'phases/software-dev-node/implement.yaml': softwareDevNodeImplement,
      'phases/software-dev-node/test.yaml': softwareDevNodeTest,
      'phases/software-dev-node/check.yaml': softwareDevNodeCheck,
      'phases/software-dev-node/document.yaml': softwareDevNodeDocument,
      'phases/software-dev-node/release.yaml': softwareDevNodeRelease,
    },
  },
  'software-dev-go': {
    document: softwareDevGo,
    templates: {
      'phases/software-dev-go/plan.yaml': softwareDevGoPlan,
      'phases/software-dev-go/implement.yaml': softwareDevGoImplement,
      'phases/software-dev-go/test.yaml': softwareDevGoTest,
      'phases/software-dev-go/check.yaml': softwareDevGoCheck,
      'phases/software-dev-go/document.yaml': softwareDevGoDocument,
      'phases/software-dev-go/release.yaml': softwareDevGoRelease,
    },
  },
  'software-dev-rust': {
    document: softwareDevRust,
    templates: {
      'phases/software-dev-rust/plan.yaml': softwareDevRustPlan,
      'phases/software-dev-rust/implement.yaml': softwareDevRustImplement,
      'phases/software-dev-rust/test.yaml': softwareDevRustTest,
      'phases/software-dev-rust/check.yaml': softwareDevRustCheck,
      'phases/software-dev-rust/document.yaml': softwareDevRustDocument,
      'phases/software-dev-rust/release.yaml': softwareDevRustRelease,
    },
  },
  'software-dev-jvm': {
    document: softwareDevJvm,
    templates: {
      'phases/software-dev-jvm/plan.yaml': softwareDevJvmPlan,
      'phases/software-dev-jvm/implement.yaml': softwareDevJvmImplement,
      'phases/software-dev-jvm/test.yaml': softwareDevJvmTest,
      'phases/software-dev-jvm/check.yaml': softwareDevJvmCheck,
      'phases/software-dev-jvm/document.yaml': softwareDevJvmDocument,
      'phases/software-dev-jvm/release.yaml': softwareDevJvmRelease,
    },
  },
  'data-pipeline': {
    document: dataPipeline,
    templates: {
      'phases/data-pipeline/plan.yaml': dataPipelinePlan,
      'phases/data-pipeline/model.yaml': dataPipelineModel,
      'phases/data-pipeline/pipeline.yaml': dataPipelinePipeline,
      'phases/data-pipeline/check.yaml': dataPipelineCheck,
      'phases/data-pipeline/validate.yaml': dataPipelineValidate,
    },
  },
  documentation: {
    document: documentation,
    templates: {
      'phases/documentation/plan.yaml': documentationPlan,
      'phases/documentation/write.yaml': documentationWrite,
      'phases/documentation/check.yaml': documentationCheck,
      'phases/documentation/build.yaml': documentationBuild,
      'phases/documentation/links.yaml': documentationLinks,
    },
  },
  operations: {
    document: operations,
    templates: {
      'phases/operations/plan.yaml': operationsPlan,
      'phases/operations/change.yaml': operationsChange,
      'phases/operations/check.yaml': operationsCheck,
      'phases/operations/validate.yaml': operationsValidate,
      'phases/operations/document.yaml': operationsDocument,
    },
  },
};
