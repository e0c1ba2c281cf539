import { crossProblems, type PjsipObject, pjsipOption, problemWith } from '@strowger/asterisk'
import { Fault, type FieldProblem, secretMask } from '@strowger/schema'

/** What is wrong with the options of one object, each by itself or, when all are right, together. Names no secret. */
export function optionProblems(
  object: PjsipObject,
  options: readonly (readonly [string, string])[],
  at: (index: number) => string,
): FieldProblem[] {
  const problems = options.flatMap(([name, value], index): FieldProblem[] => {
    const option = pjsipOption(object, name)
    const shown = option?.secret ? secretMask : value.slice(0, 80)
    const wrong =
      option === undefined ? 'there is no such option' : value === secretMask ? undefined : problemWith(option, value)
    return wrong === undefined ? [] : [{ field: at(index), problem: `${object}.${name} = ${shown}: ${wrong}` }]
  })
  if (problems.length > 0) return problems
  return crossProblems(object, new Map(options)).map(({ option, problem }) => ({
    field: '/options',
    problem: `${object}.${option} ${problem}`,
  }))
}

/** @throws Fault `invalid-input` that names all of them, when there are any. */
export function refuse(fields: readonly FieldProblem[]): void {
  const [first] = fields
  if (first) throw new Fault('invalid-input', { detail: `${first.field} ${first.problem}`, fields })
}
