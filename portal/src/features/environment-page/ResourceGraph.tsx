import { Background, Controls, Handle, Position, ReactFlow, type Node, type NodeProps } from '@xyflow/react'
import '@xyflow/react/dist/style.css'
import type { Graph, GraphNode } from './graph'

type ResourceNode = Node<GraphNode & Record<string, unknown>, 'resource'>

const nodeTypes = { resource: ResourceBox }

/** The resources with what they read of each other, drawn from left to right. The table beneath says the same. */
export default function ResourceGraph({ graph }: { graph: Graph }) {
  const nodes = graph.nodes.map((n): ResourceNode => ({ id: n.alias, type: 'resource', position: { x: n.layer * 288, y: n.row * 96 }, data: { ...n } }))
  const edges = graph.edges.map((e) => ({ id: `${e.from}-${e.to}`, source: e.from, target: e.to, focusable: false }))
  return (
    <div className="lz-graph">
      <ReactFlow nodes={nodes} edges={edges} nodeTypes={nodeTypes} fitView fitViewOptions={{ maxZoom: 1, padding: 0.2 }} nodesConnectable={false} nodesDraggable={false} nodesFocusable={false} zoomOnScroll={false} preventScrolling={false}>
        <Background /><Controls showInteractive={false} />
      </ReactFlow>
    </div>
  )
}

function ResourceBox({ data }: NodeProps<ResourceNode>) {
  return (
    <div className="lz-graph-node">
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <strong>{data.alias}</strong><span className="lz-muted">{data.type}</span>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  )
}
