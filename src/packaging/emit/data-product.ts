import type { Emitter } from '../emitter.js';
import { contractId, productId, sourceContractId, teamOf } from '../identity.js';
import { yamlText } from '../yaml-text.js';

/** The data product descriptor of the Bitol Open Data Product Standard 1.0.0. */
export const emitDataProduct: Emitter = ({ file }) => {
  const { name, version, title, model, sources } = file;
  const descriptor = {
    apiVersion: 'v1.0.0',
    kind: 'DataProduct',
    id: productId(file),
    name: title,
    version,
    status: 'active',
    description: {
      purpose: model.description === '' ? file.reading : model.description,
      ...(file.assumptions.length === 0 ? {} : { limitations: file.assumptions.map(({ text }) => text).join('\n') }),
      usage: `One table, gold.${model.name}: ${model.grainText}.`,
    },
    customProperties: [
      { property: 'request', value: file.request },
      { property: 'reading', value: file.reading },
      ...(file.useCaseId === null ? [] : [{ property: 'useCaseId', value: file.useCaseId }]),
    ],
    inputPorts: sources.map(({ dataset, owner, freshness }) => ({
      name: dataset,
      version: '1.0.0',
      contractId: sourceContractId(dataset),
      customProperties: [
        { property: 'layer', value: 'bronze' },
        ...(owner === null ? [] : [{ property: 'owner', value: owner }]),
        ...(freshness === null ? [] : [{ property: 'freshness', value: freshness }]),
      ],
    })),
    outputPorts: [
      {
        name: model.name,
        description: model.description,
        type: 'parquet',
        version,
        contractId: contractId(file),
        inputContracts: sources.map(({ dataset }) => ({ id: sourceContractId(dataset), version: '1.0.0' })),
      },
    ],
    team: teamOf(file),
  };
  const head = `Bitol Open Data Product Standard 1.0.0. Made by dpb from ${name}.dpb.yaml: change that file, not this one.`;
  return [{ path: 'data-product.yaml', text: yamlText(descriptor, head), executable: false }];
};
