//! What every harness needs, built before there is a module to be judged: the prelude, in the folder of the harness to be.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use ripout_model::{Folder, Host, Stop};

use super::workspace;

/// A folder that the next harness can go on with.
#[derive(Clone, Default)]
pub struct Begun(Arc<Mutex<Option<Arc<dyn Folder>>>>);

impl Begun {
    /// Builds. Of no weight if that fails: the harness will say why, if it fails there too.
    pub fn begin(&self, host: &dyn Host) {
        let built = || -> Result<Arc<dyn Folder>, Stop> {
            let folder: Arc<dyn Folder> = Arc::from(host.folder("harness")?);
            host.run(&workspace::begin(&*folder)?)?;
            Ok(folder)
        };
        if let Ok(folder) = built() {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(folder);
        }
    }

    /// The folder, for one harness only.
    pub fn take(&self) -> Option<Arc<dyn Folder>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl fmt::Debug for Begun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Begun").finish_non_exhaustive()
    }
}
