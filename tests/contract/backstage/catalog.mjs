// Reads and judges the text of a catalogue file with the parts and in the order
// of Backstage's catalogue backend, which is too large to install for this.

import {
  apiEntityV1alpha1Validator,
  componentEntityV1alpha1Validator,
  DefaultNamespaceEntityPolicy,
  domainEntityV1alpha1Validator,
  EntityPolicies,
  entityEnvelopeSchemaValidator,
  FieldFormatEntityPolicy,
  groupEntityV1alpha1Validator,
  locationEntityV1alpha1Validator,
  NoForeignRootFieldsEntityPolicy,
  resourceEntityV1alpha1Validator,
  SchemaValidEntityPolicy,
  stringifyEntityRef,
  systemEntityV1alpha1Validator,
  userEntityV1alpha1Validator,
} from '@backstage/catalog-model';
import { parseAllDocuments } from 'yaml';

// The policies of an unchanged CatalogBuilder.
const policies = EntityPolicies.allOf([
  new SchemaValidEntityPolicy(),
  new DefaultNamespaceEntityPolicy(),
  new NoForeignRootFieldsEntityPolicy(),
  new FieldFormatEntityPolicy(),
]);

// The kinds of BuiltinKindsEntityProcessor.
const kinds = [
  apiEntityV1alpha1Validator,
  componentEntityV1alpha1Validator,
  resourceEntityV1alpha1Validator,
  groupEntityV1alpha1Validator,
  locationEntityV1alpha1Validator,
  userEntityV1alpha1Validator,
  systemEntityV1alpha1Validator,
  domainEntityV1alpha1Validator,
];

const checkEnvelope = entityEnvelopeSchemaValidator();

/** Yields `{ kind, ref, errors }` for each document but the empty ones. */
export async function* judge(text) {
  for (const document of parseAllDocuments(text, { merge: false })) {
    if (document.errors.length > 0) {
      yield refused(String(document.errors[0]));
      continue;
    }
    const entity = document.toJSON();
    if (entity === null) continue;
    yield await judgeEntity(entity);
  }
}

async function judgeEntity(entity) {
  try {
    checkEnvelope(entity);
  } catch (error) {
    // Without an envelope there's no telling what this is.
    return refused(error.message, entity.kind);
  }
  const errors = [];
  let named = entity;
  try {
    named = await policies.enforce(entity);
  } catch (error) {
    errors.push(error.message);
  }
  try {
    if (!(await isBuiltinKind(named))) errors.push('No processor recognized the entity');
  } catch (error) {
    errors.push(error.message);
  }
  return { kind: named.kind, ref: stringifyEntityRef(named), errors };
}

async function isBuiltinKind(entity) {
  // Each validator says no to other kinds, and throws at a bad entity of its own.
  for (const kind of kinds) {
    if (await kind.check(entity)) return true;
  }
  return false;
}

function refused(error, kind = null) {
  return { kind, ref: null, errors: [error] };
}
