//! Models: what there is to choose from, and the choice.

use tauri::State;

use crate::app::App;
use crate::ipc::{ChooseModel, CommandError, ErrorCode, ListModels, LocalServer, ModelMenu};
use crate::own_providers::not_saved;

#[tauri::command]
pub(crate) async fn list_models(
    app: State<'_, App>,
    request: ListModels,
) -> Result<ModelMenu, CommandError> {
    Ok(app.model_menu(request.ask).await)
}

#[tauri::command]
pub(crate) async fn find_local_servers(
    app: State<'_, App>,
) -> Result<Vec<LocalServer>, CommandError> {
    Ok(app.local_servers().await)
}

#[tauri::command]
pub(crate) async fn warm_up(app: State<'_, App>) -> Result<(), CommandError> {
    app.warm_up().await;
    Ok(())
}

#[tauri::command]
pub(crate) async fn choose_model(
    app: State<'_, App>,
    request: ChooseModel,
) -> Result<(), CommandError> {
    let model: chat::ModelRef = request.model.into();
    let is_demo = model.provider == providers::demo::PROVIDER_ID;
    if !is_demo && app.find_provider(&model.provider).is_none() {
        return Err(CommandError::new(ErrorCode::ProviderUnknown));
    }
    app.settings
        .update(|settings| settings.model = Some(model))
        .map_err(not_saved)?;
    Ok(())
}
