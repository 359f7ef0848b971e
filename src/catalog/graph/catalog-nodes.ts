import { compoundKey, type GraphEdge, type GraphNode, type NodeReference, type Properties } from './graph-content.js';

/** The node of a scanned dataset. */
export function datasetOf(name: string): NodeReference {
  return { label: 'Dataset', key: compoundKey(name) };
}

/** The node of a column of a scanned dataset. */
export function columnOf(dataset: string, column: string): NodeReference {
  return { label: 'Column', key: compoundKey(dataset, column) };
}

/** The node of somebody who asks. */
export function userOf(name: string): NodeReference {
  return { label: 'User', key: `user ${compoundKey(name)}` };
}

/** A node with what JSON can say of `properties`. */
export function node(label: GraphNode['label'], key: string, properties: object): GraphNode {
  return { label, key, properties: propertiesOf(properties) };
}

/** An edge with what JSON can say of `properties`. */
export function edge(
  type: GraphEdge['type'],
  key: string,
  from: NodeReference,
  to: NodeReference,
  properties: object = {},
): GraphEdge {
  const end = ({ label, key: name }: NodeReference): NodeReference => ({ label, key: name });
  return { type, key, from: end(from), to: end(to), properties: propertiesOf(properties) };
}

function propertiesOf(value: object): Properties {
  const data: Properties = JSON.parse(JSON.stringify(value));
  return data;
}
